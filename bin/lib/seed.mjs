// Fills a new workspace: customers with a contact each, and projects. The same number gives the same records.
import { parseArgs } from "node:util";

const usage = `usage: bin/seed --email ADDRESS --password PASSWORD [--url URL] [--name NAME] [--customers N] [--projects N]

  --email, --password   of a person who signs in there; he owns the new workspace
  --url                 of the server, else http://localhost:8400
  --name                of the new workspace, else Seed
  --customers           how many, else 5000
  --projects            how many, else 20000`;

/** How many operations a transaction takes. */
const together = 100;

const languages = [
  {
    tag: "en", country: "GB",
    first: ["Olivia", "Amara", "George", "Priya", "Callum", "Nadia", "Edward", "Zoe", "Imran", "Harriet"],
    last: ["Okafor", "Whitfield", "Shah", "Brennan", "Ashdown", "MacLeod", "Osei", "Pemberton", "Doyle", "Larkin"],
    trade: ["Joinery", "Roasters", "Legal", "Dental Care", "Surveyors", "Books", "Cycles", "Interiors", "Farm Shop", "Pottery"],
    company: (last, trade) => `${last} ${trade}`,
    work: ["Website", "Price list", "Winter campaign", "Customer survey", "Shop fitting", "Annual report", "Training", "Move to a new till"],
  },
  {
    tag: "de", country: "DE",
    first: ["Jürgen", "Ayşe", "Lukas", "Friederike", "Mehmet", "Änne", "Jonas", "Käthe", "Sören", "Ilse"],
    last: ["Müller", "Yılmaz", "Großkopf", "Schäfer", "Öztürk", "Weiß", "Lindner", "Hübner", "Krüger", "Vogt"],
    trade: ["Tischlerei", "Bäckerei", "Steuerberatung", "Zahnarztpraxis", "Elektrotechnik", "Buchhandlung", "Fahrräder", "Gärtnerei", "Weinhandel", "Töpferei"],
    company: (last, trade) => `${trade} ${last}`,
    work: ["Website", "Preisliste", "Winterkampagne", "Kundenbefragung", "Ladenbau", "Jahresbericht", "Schulung", "Neue Kasse"],
  },
  {
    tag: "sq", country: "AL",
    first: ["Arbër", "Drita", "Ermal", "Flutura", "Gëzim", "Liridona", "Besnik", "Teuta", "Agron", "Mimoza"],
    last: ["Hoxha", "Krasniqi", "Gashi", "Dervishi", "Përmeti", "Berisha", "Çela", "Shehu", "Leka", "Basha"],
    trade: ["Furra", "Libraria", "Zdrukthtaria", "Klinika dentare", "Kontabiliteti", "Kopshti", "Elektrika", "Qeramika"],
    company: (last, trade) => `${trade} ${last}`,
    work: ["Faqja", "Lista e çmimeve", "Fushata e dimrit", "Sondazhi", "Raporti vjetor", "Trajnimi"],
  },
  {
    tag: "ar", country: "AE",
    first: ["ليلى", "عمر", "مريم", "يوسف", "نور", "خالد", "سلمى", "طارق", "هدى", "سامي"],
    last: ["الحداد", "النجار", "المنصوري", "خوري", "الشامي", "بركات", "العطار", "زيدان"],
    trade: ["مخبز", "مكتبة", "عيادة", "نجارة", "محاسبة", "حدائق", "تصميم", "مطعم"],
    company: (last, trade) => `${trade} ${last}`,
    work: ["الموقع", "قائمة الأسعار", "حملة الشتاء", "استطلاع العملاء", "التقرير السنوي", "التدريب"],
  },
  {
    tag: "pl", country: "PL",
    first: ["Łukasz", "Zofia", "Michał", "Agnieszka", "Paweł", "Małgorzata", "Krzysztof", "Żaneta"],
    last: ["Wiśniewska", "Kowalczyk", "Wójcik", "Zieliński", "Dąbrowska", "Łuczak", "Szymański", "Źrebiec"],
    trade: ["Stolarnia", "Piekarnia", "Kancelaria", "Księgarnia", "Rowery", "Ogrody", "Elektryka", "Ceramika"],
    company: (last, trade) => `${trade} ${last}`,
    work: ["Strona", "Cennik", "Kampania zimowa", "Ankieta", "Raport roczny", "Szkolenie"],
  },
];
const statuses = ["active", "active", "active", "active", "lead", "prospect", "dormant", "lost"];
const states = ["active", "active", "completed", "completed", "completed", "draft", "archived"];
const colours = ["gray", "red", "pink", "grape", "violet", "indigo", "blue", "cyan", "teal", "green", "lime", "yellow", "orange"];

function fail(text) {
  console.error(`error: ${text}`);
  process.exit(2);
}

/** Random numbers that are the same each time (mulberry32). */
function generator(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const random = generator(8400);
const one = (of) => of[random(of.length)];
const pad = (number, length) => String(number).padStart(length, "0");
const day = (shift) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);

/** An id that is new each time, though the rest repeats (UUID version 7). */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Date.now().toString(16).padStart(12, "0") + [...bytes.slice(6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = "89ab"[bytes[8] % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function customerOf(number) {
  const language = one(languages);
  const [first, last] = [one(language.first), one(language.last)];
  const isPerson = random(4) === 0;
  const status = one(statuses);
  const values = {
    kind: isPerson ? "person" : "company",
    name: isPerson ? `${first} ${last}` : language.company(last, one(language.trade)),
    email: `office${number}@customer.example`,
    phone: `+${20 + random(79)} ${pad(random(1000), 3)} ${pad(random(1_000_000), 6)}`,
    status,
    reason: status === "lost" ? "Too dear" : null,
    currency: one(["EUR", "EUR", "EUR", "CHF", "GBP"]),
    language: language.tag,
    paymentDays: one([7, 14, 14, 30]),
    tags: random(3) === 0 ? [one(["regular", "culture", "health", "trade", "public"])] : [],
  };
  return { id: newId(), language, contact: `${first} ${last}`, values };
}

function projectOf(number, customers) {
  const customer = one(customers);
  const starts = -random(1500);
  const budget = random(3);
  return {
    name: `${one(customer.language.work)} ${new Date(Date.now() + starts * 86_400_000).getUTCFullYear()}`,
    code: `P${pad(number, 5)}`,
    customer: customer.id,
    colour: one(colours),
    state: one(states),
    startsOn: day(starts),
    endsOn: day(starts + 20 + random(200)),
    billing: one(["hourly", "hourly", "fixed", "retainer"]),
    ...(budget === 0 ? { budgetMinutes: 60 * (10 + random(200)), spentMinutes: 30 * random(200) } : {}),
    ...(budget === 1 ? { budget: 10_000 * (5 + random(200)), spent: 10_000 * random(150), currency: "EUR" } : {}),
  };
}

async function main() {
  let options;
  try {
    const text = { type: "string" };
    ({ values: options } = parseArgs({ options: { email: text, password: text, url: text, name: text, customers: text, projects: text, help: { type: "boolean" } } }));
  } catch (error) {
    fail(`${error.message}\n${usage}`);
  }
  if (options.help) return console.log(usage);
  const { email, password, url = "http://localhost:8400", name = "Seed" } = options;
  if (!email || !password) fail(`--email and --password are missing\n${usage}`);
  const count = (flag, otherwise) => (/^[1-9][0-9]{0,5}$/.test(options[flag] ?? otherwise) ? Number(options[flag] ?? otherwise) : fail(`--${flag} takes a number from 1 to 999999, not '${options[flag]}'`));
  const [customerCount, projectCount] = [count("customers", "5000"), count("projects", "20000")];

  const cookies = new Map();
  const held = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  let csrf = "";
  async function ask(path, init) {
    const answer = await fetch(new URL(path, url), { ...init, headers: { ...init.headers, Cookie: held() } });
    for (const cookie of answer.headers.getSetCookie()) cookies.set(...cookie.split(";")[0].split("="));
    csrf = answer.headers.get("X-CSRF-Token") ?? csrf;
    return answer;
  }
  async function post(path, body, form = {}) {
    const headers = { "Content-Type": "application/json", Origin: new URL(url).origin, ...(csrf && { "X-CSRF-Token": csrf }), ...form };
    const answer = await ask(path, { method: "POST", headers, body: JSON.stringify(body) });
    const json = await answer.json();
    if (answer.status === 429 || answer.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get("Retry-After") ?? 1)));
      return post(path, body, form);
    }
    if (!answer.ok) fail(`${path} answers ${answer.status} ${json.code}: ${json.detail}`);
    return json;
  }

  const { token, wait } = await (await ask("/api/form?for=sign-in", {})).json();
  await new Promise((resolve) => setTimeout(resolve, wait));
  await post("/api/sign-in", { email, password }, { "X-Form-Token": token });
  const workspace = (await post("/api/workspaces", { name })).id;
  const write = async (operations) => {
    for (let at = 0; at < operations.length; at += together) {
      await post(`/api/workspaces/${workspace}/transactions`, { id: newId(), schema: 1, operations: operations.slice(at, at + together) });
    }
  };
  const create = (type, id, values) => ({ op: "create", type, id, values });
  const customers = Array.from({ length: customerCount }, (_, number) => customerOf(number));
  await write(customers.map(({ id, values }) => create("solo.customer", id, values)));
  await write(customers.map(({ id, contact }) => create("solo.contact", newId(), { customer: id, name: contact })));
  await write(Array.from({ length: projectCount }, (_, number) => create("solo.project", newId(), projectOf(number + 1, customers))));
  console.log(`${name}: ${customerCount} customers, ${customerCount} contacts, ${projectCount} projects in workspace ${workspace}`);
}

await main();

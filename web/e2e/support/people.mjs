import { verificationTo } from "./mail.mjs";
import { albanian, arabic, english, german } from "./texts.mjs";

/** Long, and nothing that a list of common ones would hold. */
export const password = "fjord lantern oatmeal 71";

/** The forms that strangers fill in. */
const forms = ["/api/sign-in", "/api/sign-up", "/api/forgot", "/api/reset"];

/** One request as the page itself would make it, with its cookie and tokens. Throws where the server refuses. */
export async function call(page, method, path, body) {
  const { ok, text } = await page.evaluate(
    async ([method, path, body, isForm]) => {
      const headers = { "Content-Type": "application/json" };
      if (isForm) {
        const opened = await fetch(`/api/form?for=${path.slice("/api/".length)}`);
        headers["X-Form-Token"] = (await opened.json()).token;
      } else if (method !== "GET") {
        const begun = await fetch("/api/me");
        const token = begun.headers.get("X-CSRF-Token");
        if (token !== null) headers["X-CSRF-Token"] = token;
      }
      const response = await fetch(path, { method, ...(body && { headers, body: JSON.stringify(body) }) });
      return { ok: response.ok, text: await response.text() };
    },
    [method, path, body, forms.includes(path)],
  );
  if (!ok) throw new Error(`${method} ${path} was refused: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

let accounts = 0;
function addressFor(name) {
  accounts += 1;
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return `${plain.replace(/[^a-z]+/gu, ".")}.${accounts}@example.com`;
}

/** Somebody who has signed up and confirmed the address, unless the story is about that. */
async function begin(world, { name, options, confirms = true, ...way }) {
  const page = await world.newcomer(options);
  await page.goto("/sign-up");
  const email = addressFor(name);
  const me = await call(page, "POST", "/api/sign-up", { name, email, password, language: "en", ...way });
  if (confirms) {
    const { link } = await verificationTo(world.product, email);
    await call(page, "POST", "/api/address/verify", { token: new URL(link).hash.slice(1) });
  }
  return { page, name, email, user: me.user.id, workspace: me.workspaces[0].id };
}

/** Someone with a workspace of their own, signed in, looking at its customers. */
export async function founder(
  world,
  { name = "Mira Lindqvist", workspace = "Nordlicht Studio", options, confirms } = {},
) {
  const person = await begin(world, { name, workspace, options, confirms });
  await openCustomers(person);
  return person;
}

/** Someone like that whom the command has made one who runs the server: by signing up nobody becomes it. */
export async function operator(world, wants) {
  const person = await founder(world, wants);
  world.product.command("operator", "add", person.email);
  // The page that is open does not know of it yet.
  await openCustomers(person);
  return person;
}

export async function inviteLink(owner, role) {
  const invite = await call(owner.page, "POST", `/api/workspaces/${owner.workspace}/invites`, { role });
  return invite.link;
}

/** Someone who joined the owner's workspace by a link, looking at its customers. */
export async function colleague(world, owner, { name = "Tomás Okafor", role = "member", options } = {}) {
  const invite = new URL(await inviteLink(owner, role)).hash.slice(1);
  const person = await begin(world, { name, invite, options });
  await openCustomers(person);
  return person;
}

export async function openCustomers({ page, workspace }) {
  await page.goto(`/w/${workspace}/customers`);
  await connection(page, "live").waitFor();
}

export async function openHome({ page, workspace }) {
  await page.goto(`/w/${workspace}`);
  await connection(page, "live").waitFor();
}

/** The same person at another device, who arrives at home by signing in there. */
export async function elsewhere(world, { name, email, workspace }) {
  const page = await world.newcomer();
  await page.goto("/sign-in");
  await fill(page, { [english("identity.email")]: email, [english("identity.password")]: password });
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: english("home.hello", { name }) }).waitFor();
  await connection(page, "live").waitFor();
  return { page, name, email, workspace };
}

/** What the page says about its connection, in whatever language: `live`, `offline`, `connecting`. */
export function connection(page, ...states) {
  const labels = states.flatMap((state) =>
    [english, german, albanian, arabic].map((t) => t(`status.${state}.label`)),
  );
  return page.getByRole("status").filter({ hasText: new RegExp(`^(${labels.join("|")})`, "u") });
}

/** Fills the form in by label, as it stands on the screen. */
export async function fill(page, values) {
  for (const [label, value] of Object.entries(values)) {
    await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  }
}

import { openCustomer } from "./customers.mjs";
import { call, colleague, founder, inviteLink } from "./people.mjs";
import { enterCustomers, enterRecords } from "./wire.mjs";

const company = (name, status, email, more = {}) => ({ kind: "company", name, status, email, ...more });
const person = (name, status, email, more = {}) => ({ kind: "person", name, status, email, ...more });

/** What a small studio's list looks like after a good year. */
const customers = [
  company("Harbour Works", "active", "office@harbourworks.example", {
    phone: "+46 8 123 45 67",
    vatId: "SE556677889901",
    currency: "SEK",
    language: "sv",
    tags: ["retainer", "web"],
  }),
  company("Brandt & Söhne Maschinenbau GmbH", "active", "einkauf@brandt-soehne.example", {
    currency: "EUR",
    language: "de-AT",
    tags: ["print", "retainer", "catalogue", "trade fair"],
  }),
  company("Café Marea", "active", "hola@cafemarea.example", { tags: ["brand"] }),
  company("Okafor Legal", "prospect", "reception@okafor-legal.example", { tags: ["web"] }),
  person("Elin Forsberg", "lead", "elin@forsberg.example"),
  company("Nováček Imkerei", "active", "med@novacek.example", { tags: ["print", "brand"] }),
  company("Atelier Lumière", "dormant", "bonjour@lumiere.example", { tags: ["photo"] }),
  person("Yusuf Demir", "active", "yusuf@demir.example", { tags: ["brand"] }),
  company("Pine & Pixel", "lost", "hello@pineandpixel.example"),
  company("Stadtwerke Lindenau", "prospect", "vergabe@stadtwerke-lindenau.example", { tags: ["tender"] }),
  person("Dr. Hannah Weiss-Oyelaran", "lead", null, { phone: "+49 30 5557 0199" }),
  company("شركة الميناء للتجارة", "active", "info@almina.example", { language: "ar", currency: "AED" }),
];

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const date = (days) => day(days).slice(0, 10);
const project = (name, values) => ({ type: "solo.project", values: { name, ...values } });

/** What belongs to the customer that is shown, and to another one; its project comes first. */
function belongings(shown, printed) {
  const billed = { customer: shown, startsOn: date(-40), endsOn: date(25) };
  return [
    project("New website", {
      ...billed,
      code: "HW-12",
      state: "active",
      colour: "teal",
      budgetMinutes: 4800,
      spentMinutes: 3660,
      description: "Relaunch in spring, in Swedish and English.",
    }),
    project("Photo archive", { customer: shown, colour: "orange", startsOn: date(30) }),
    project("Trade fair booklet", { customer: printed, colour: "indigo", state: "active", endsOn: date(60) }),
    project("Catalogue 2026", { customer: printed, colour: "grape", state: "completed", endsOn: date(-9) }),
    project("Our own house style", { billing: "none", colour: "gray" }),
    project("Autumn campaign", {
      customer: printed,
      code: "BS-7",
      state: "active",
      colour: "red",
      startsOn: date(-70),
      endsOn: date(-3),
      billing: "fixed",
      budget: 480_000,
      spent: 455_000,
      currency: "EUR",
      tags: ["print"],
    }),
    project("Small website", { template: true, colour: "cyan", startsOn: date(0), budgetMinutes: 2400 }),
    {
      type: "solo.contact",
      values: { customer: shown, name: "Ana Souza", role: "Buyer", email: "ana@harbourworks.example" },
    },
    { type: "solo.contact", values: { customer: shown, name: "Lars Åberg", phone: "+46 70 123 45 67" } },
    {
      type: "solo.address",
      values: {
        customer: shown,
        street: "Skeppsbron 4",
        postalCode: "111 30",
        city: "Stockholm",
        country: "SE",
      },
    },
    {
      type: "solo.note",
      values: { customer: shown, kind: "call", at: day(-2), text: "Wants the new pages before the fair." },
    },
    {
      type: "solo.note",
      values: {
        customer: shown,
        kind: "meeting",
        at: day(-30),
        text: "Walked through the wireframes.\nThe search may wait.",
      },
    },
  ];
}

function tasks(project) {
  const task = (title, order, values = {}) => ({
    type: "solo.task",
    values: { project, title, order, ...values },
  });
  return [
    task("Wireframes", "c", { done: true }),
    task("Texts in Swedish and English", "d", { due: date(4) }),
    task("Move the old articles over", "e", { due: date(-1) }),
    task("Go live", "f"),
  ];
}

/** The people and data that the pictures show: an owner, a member on the same customer, a viewer on another. */
export async function cast(world) {
  const owner = await founder(world);
  const [shown, printed] = await enterCustomers(owner, customers);
  const [website] = await enterRecords(owner, belongings(shown, printed));
  await enterRecords(owner, tasks(website));
  const member = await colleague(world, owner);
  const viewer = await colleague(world, owner, { name: "Jule Brandt", role: "viewer" });
  await openCustomer(member.page, "Harbour Works");
  await openCustomer(viewer.page, "Café Marea");
  const empty = await call(owner.page, "POST", "/api/workspaces", { name: "Second House" });
  return {
    owner,
    member,
    viewer,
    stranger: { page: await world.newcomer() },
    links: { open: await inviteLink(owner, "member") },
    paths: {
      empty: `/w/${empty.id}/customers`,
      customers: `/w/${owner.workspace}/customers`,
      customer: `/w/${owner.workspace}/customers/${shown}`,
      projects: `/w/${owner.workspace}/projects`,
      project: `/w/${owner.workspace}/projects/${website}`,
      people: `/w/${owner.workspace}/people`,
    },
  };
}

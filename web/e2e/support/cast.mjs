import { openCustomer } from "./customers.mjs";
import { call, colleague, founder, inviteLink } from "./people.mjs";
import { enterCustomers } from "./wire.mjs";

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

/** The people and data that the pictures show: an owner, a member on the same customer, a viewer on another. */
export async function cast(world) {
  const owner = await founder(world);
  const [shown] = await enterCustomers(owner, customers);
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
      people: `/w/${owner.workspace}/people`,
    },
  };
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const patience = 30_000;

/**
 * The mail of this number, from 1, that the product sent to an address: its text, its HTML and where its button leads. The one by
 * which everybody confirms the address at first does not count.
 */
export function mailTo(product, address, number = 1) {
  return wanted(product, address, number, (mail) => !verifies(mail));
}

/** Those alone by which the address is confirmed. */
export function verificationTo(product, address, number = 1) {
  return wanted(product, address, number, verifies);
}

const verifies = ({ link }) => link?.includes("/address/verify#") === true;

async function wanted(product, address, number, which) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const found = all(product.mail).filter((mail) => mail.to === address && which(mail));
    if (found.length >= number) return found[number - 1];
    await pause(50);
  }
  throw new Error(`No mail ${number} to ${address} came within ${patience} ms.`);
}

function all(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".eml"));
  return files.sort().map((name) => read(readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n")));
}

function read(raw) {
  const text = part(raw, "text/plain");
  return {
    to: /^To: (.*)$/mu.exec(raw)[1].replace(/[<>]/gu, ""),
    text,
    html: part(raw, "text/html"),
    link: /^https?:\/\/\S+$/mu.exec(text)?.[0],
  };
}

function part(raw, kind) {
  const from = raw.slice(raw.toLowerCase().indexOf(`content-type: ${kind}`));
  const body = from.slice(from.indexOf("\n\n") + 2);
  return Buffer.from(body.slice(0, body.indexOf("\n--")), "base64").toString();
}

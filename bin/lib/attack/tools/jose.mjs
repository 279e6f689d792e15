// Forged access tokens, made by a library that is not the server's. The right key is taken out of the database and the key file, as
// nobody outside can: so a token that is refused is refused for what it says, and not for its signature alone.
import { createDecipheriv, createHash, createHmac, generateKeyPairSync, hkdfSync } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as jose from "jose";
import { faults } from "../standard.mjs";
import { newClient, newId } from "../people.mjs";

/** Of the curve P-256: s and n − s make the same signature good. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const now = () => Math.floor(Date.now() / 1000);
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export async function attack(bench) {
  const { owner, viewer } = bench.people;
  const real = await owner.program.access();
  const head = jose.decodeProtectedHeader(real);
  const claims = jose.decodeJwt(real);
  const { keys } = await owner.browser.send("GET", "/api/.well-known/jwks.json");
  const published = keys.find(({ kid }) => kid === head.kid);
  const right = await signingKey(bench, head.kid);
  const ask = asker(bench);

  // Controls: what is refused below is not refused for another reason.
  const verified = await jose.jwtVerify(real, jose.createLocalJWKSet({ keys }), { issuer: bench.address, audience: `${bench.address}/api`, typ: "at+jwt" });
  bench.check(verified.payload.sub === owner.user, "control: another library finds the server's own token good");
  const sign = (changedHead, changedClaims, key = right, alg = "ES256") =>
    new jose.SignJWT(without({ ...claims, jti: newId(), ...changedClaims })).setProtectedHeader(without({ ...head, alg, ...changedHead })).sign(key);
  bench.check((await ask(real)) === 200, "control: the server takes its own token");
  bench.check((await ask(await sign({}, {}))) === 200, "control: the server takes a token that this library signed with the right key");

  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...own.publicKey.export({ format: "jwk" }), kid: head.kid, alg: "ES256", use: "sig" };
  const fetched = [];
  const bait = createServer((request, answer) => {
    fetched.push(request.url);
    answer.setHeader("Content-Type", "application/json").end(JSON.stringify({ keys: [jwk] }));
  }).listen(0, "127.0.0.1");
  await once(bait, "listening");
  const baited = `http://127.0.0.1:${bait.address().port}`;

  const spki = await jose.exportSPKI(await jose.importJWK(published, "ES256", { extractable: true }));
  const secrets = { spki, "spki without its line break": spki.trim(), der: Buffer.from(spki.replace(/-----[^-]+-----|\s/gu, ""), "base64"), jwk: JSON.stringify(published), x: Buffer.from(published.x, "base64url"), nothing: "" };
  const forged = {};
  for (const alg of ["none", "None", "NONE", "nOnE", ""]) forged[`alg ${alg || "empty"}`] = `${part({ ...head, alg })}.${part(claims)}.`;
  forged["alg none with the real signature"] = `${part({ ...head, alg: "none" })}.${part(claims)}.${real.split(".")[2]}`;
  forged["no signature"] = real.replace(/[^.]*$/u, "");
  for (const [name, secret] of Object.entries(secrets)) {
    for (const alg of ["HS256", "HS512"]) forged[`${alg} with the public key as its secret (${name})`] = hmac(alg, secret, head, claims);
  }
  forged["another key under the same name"] = await sign({}, {}, own.privateKey);
  for (const [name, change] of Object.entries({
    jwk: { jwk },
    "jwk and no kid": { jwk, kid: undefined },
    jku: { jku: `${baited}/jwks.json` },
    x5u: { x5u: `${baited}/cert.pem` },
    x5c: { x5c: [Buffer.from(spki).toString("base64")] },
    "kid as a path": { kid: "../../../../../dev/null" },
    "kid as SQL": { kid: `${head.kid}' UNION SELECT 1 --` },
    "kid as an address": { kid: `${baited}/key` },
    "kid empty": { kid: "" },
    "kid of another": { kid: createHash("sha256").update("a").digest("hex").slice(0, 32) },
    "a very long kid": { kid: "k".repeat(1500) },
  })) {
    forged[`our key, offered by ${name}`] = await sign(change, {}, own.privateKey);
  }
  forged["crit of something unknown"] = await byHand({ ...head, crit: ["x"], x: 1 }, claims, right);
  for (const alg of ["RS256", "PS256"]) forged[`${alg} of our own`] = await sign({}, {}, rsa.privateKey, alg);
  const claimed = {
    "over for an hour": { iat: now() - 7200, nbf: now() - 7200, exp: now() - 3600 },
    "over for a minute": { exp: now() - 60 },
    "not yet": { nbf: now() + 3600, exp: now() + 7200 },
    "without an end": { exp: undefined },
    "without a beginning": { nbf: undefined },
    "for another audience": { aud: "https://other.example/api" },
    "for no audience": { aud: undefined },
    "for the site, not its API": { aud: bench.address },
    "from another issuer": { iss: "https://other.example" },
    "from no issuer": { iss: undefined },
    "for another session": { sid: newId() },
    "for another person in this session": { sub: viewer.user },
    "for nobody": { sub: undefined },
    "without a name of its own": { jti: undefined },
  };
  for (const [name, change] of Object.entries(claimed)) forged[`right key, ${name}`] = await sign({}, change);
  for (const typ of ["JWT", "rt+jwt", "id+jwt", "application/jwt", undefined]) forged[`right key, typ ${typ}`] = await sign({ typ }, {});
  forged["right key, altered after it was signed"] = real.replace(/\.[^.]+\./u, `.${part({ ...claims, sub: viewer.user })}.`);
  forged["encrypted"] = await new jose.EncryptJWT(claims).setProtectedHeader({ ...head, alg: "dir", enc: "A256GCM" }).encrypt(new Uint8Array(32));
  forged["a refresh token"] = owner.program.refresh;
  forged["its head twice"] = `${real.split(".")[0]}.${real}`;
  forged["a body of 10 MB within, packed"] = `${part({ ...head, zip: "DEF" })}.${part({ ...claims, pad: "a".repeat(1000) })}.${real.split(".")[2]}`;

  const taken = [];
  for (const [name, token] of Object.entries(forged)) if ((await ask(token)) !== 401) taken.push(name);
  bait.close();
  bench.check(taken.length === 0, `${Object.keys(forged).length} forged tokens are refused`, taken.join("; "));
  bench.check(fetched.length === 0, "no address in a token is fetched", fetched.join("; "));

  // One that was given up stays so, however it is written.
  const given = await sign({}, {});
  bench.check((await ask(mirrored(given))) === 200, "control: the mirrored signature of a good token is good as well");
  await owner.browser.send("POST", "/api/tokens/revoke", { token: given });
  const [first, body, signature] = given.split(".");
  const spelt = [given, mirrored(given), `${given}=`, `${given}==`, `${first}=.${body}=.${signature}=`, `${given}.`, ` ${given}`, given.replaceAll("-", "+").replaceAll("_", "/"), `${first}.${body}.${signature}A`, `${first}.${body}.${signature.slice(0, -1)}${String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1)}`];
  const alive = [];
  for (const written of spelt) if ((await ask(written)) !== 401) alive.push(written.slice(-20));
  bench.check(alive.length === 0, `a token that was given up stays dead in ${spelt.length} spellings`, alive.join("; "));
  bench.check((await ask(await owner.program.access())) === 200, "control: the other token of this person still counts");
  bench.check(ask.wrong.size === 0, "every answer keeps the standard", [...ask.wrong].join("; "));
}

const without = (json) => Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));

/** The status that a token gets at an address that takes a signed-in person. */
function asker(bench) {
  const wrong = new Set();
  const ask = async (token) => {
    const headers = { Authorization: `Bearer ${token}`, "X-Forwarded-For": newClient(), "X-Forwarded-Proto": "https" };
    const answer = await fetch(`${bench.address}/api/me`, { headers });
    const body = await answer.text();
    for (const fault of faults(answer.status, Object.fromEntries(answer.headers), body)) wrong.add(fault);
    return answer.status;
  };
  return Object.assign(ask, { wrong });
}

/** The key that the server signs with now; see TokenKey in server/Platform/Identity/Tokens. */
async function signingKey(bench, kid) {
  const database = await bench.database("holdfast");
  const { rows } = await database.query("SELECT private_key FROM identity.signing_keys WHERE id = $1", [kid]);
  const secret = Buffer.from((await readFile(join(bench.product.data, "token.key"), "ascii")).trim(), "hex");
  const sealing = Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), "holdfast signing keys", 32));
  const sealed = rows[0].private_key;
  const cipher = createDecipheriv("aes-256-gcm", sealing, sealed.subarray(0, 12)).setAAD(Buffer.from(kid)).setAuthTag(sealed.subarray(-16));
  const der = Buffer.concat([cipher.update(sealed.subarray(12, -16)), cipher.final()]);
  return jose.importPKCS8(`-----BEGIN PRIVATE KEY-----\n${der.toString("base64")}\n-----END PRIVATE KEY-----`, "ES256");
}

/** The other signature that is good for the same token. */
function mirrored(token) {
  const [head, body, signature] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const s = order - BigInt(`0x${bytes.subarray(32).toString("hex")}`);
  return `${head}.${body}.${Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, "0"), "hex")]).toString("base64url")}`;
}

/** Signed with a public key as if it were a secret: this library would not do that either, so it is done by hand. */
function hmac(alg, secret, head, claims) {
  const text = `${part({ ...head, alg })}.${part(claims)}`;
  return `${text}.${createHmac(alg.replace("HS", "sha"), secret).update(text).digest("base64url")}`;
}

/** By hand as well: the library asks who would understand what is critical. */
async function byHand(head, claims, key) {
  const text = `${part(head)}.${part(claims)}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString("base64url")}`;
}

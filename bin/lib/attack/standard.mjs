// What every answer of the product carries, whatever was asked; what tools are shown goes through here.

const headers = {
  "content-security-policy": /default-src 'self'.*object-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/u,
  "x-content-type-options": /^nosniff$/u,
  "x-frame-options": /^DENY$/u,
  "referrer-policy": /^no-referrer$/u,
  "cross-origin-opener-policy": /^same-origin$/u,
  "cross-origin-resource-policy": /^same-origin$/u,
  "permissions-policy": /camera=\(\)/u,
  "strict-transport-security": /^max-age=31536000; includeSubDomains$/u,
};

/** What tells who made it; nobody needs to know. */
const banners = ["server", "x-powered-by", "x-aspnet-version", "via"];

/** What a request that is no HTTP gets, before there is anything to answer with: no body, and the connection is closed. */
const beforeAll = [400, 408, 411, 413, 414, 417, 431, 501, 505];

/** What is wrong with an answer, as sentences; `given` are its headers by lower-case name. */
export function faults(status, given, body = "") {
  const found = [];
  if (status >= 500 && status !== 501 && status !== 505) found.push(`is ${status}`);
  for (const name of banners) if (given[name] !== undefined) found.push(`says ${name}: ${given[name]}`);
  if (beforeAll.includes(status) && given["content-length"] === "0" && given.connection === "close") return found;
  for (const [name, wanted] of Object.entries(headers)) {
    if (!wanted.test(given[name] ?? "")) found.push(`has ${name}: ${given[name] ?? "nothing"}`);
  }
  if (/\b(?:at Holdfast\.|Npgsql\.|System\.[A-Z]\w+Exception|SQLSTATE|syntax error at or near)/u.test(body)) found.push("tells of the inside");
  return found;
}

// A crawler that tries XSS, injections, inclusion of files, line breaks, redirects and requests of the server's own, as somebody who
// is signed in. It is given the addresses, for a page that a script draws has no links.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Relay } from "../relay.mjs";

const modules = "sql:get,blindsql:get,xss:get,permanentxss:get,exec:get,file:get,crlf:get,redirect:get,ssrf:get,xxe,http_headers,csp,cookieflags,methods:get,htaccess:get,backup:get,shellshock:get";

/** What it asks for and we leave out, each with its reason. */
const accepted = {
  "X-XSS-Protection is not set": "browsers have taken out what it switched on, because it could be misused; the content policy does the work",
};

/** What it has to find on the weak server. */
const holes = ["SQL Injection", "Cross Site Scripting", "Command execution", "Path Traversal", "CRLF Injection", "Open Redirect", "Server Side Request Forgery", "XML External Entity", "Content Security Policy Configuration", "HTTP Secure Headers"];

export async function attack(bench) {
  const weak = await scan(bench, "weak", bench.weak.address, null, ["/", "/search?q=1", "/echo?name=a", "/go?to=/", "/file?name=a", "/run?host=a", "/fetch?url=a", "/xml?doc=a"]);
  const found = new Set(weak.found.map(({ kind }) => kind));
  for (const hole of holes) bench.check([...found].some((kind) => kind.startsWith(hole)), `control: on the weak server it finds ${hole}`);

  const { owner, customer } = bench.people;
  const space = `/api/workspaces/${owner.workspace}`;
  const addresses = [
    "/", "/customers?query=web&sort=name", "/sign-in?next=/customers", "/api/me", "/api/me/profile", "/api/me/events?limit=5", "/api/sign-up", "/api/people/pictures",
    `${space}/records/solo.customer?query=web&sort=name&limit=5`, `${space}/records/solo.customer/${customer}?at=3`,
    `${space}/records/solo.customer/${customer}/history?limit=5&from=9`, `${space}/records/solo.customer/export?format=csv&query=web&sort=name`,
    `${space}/changes?scopes=solo.customers&after=1`, `${space}/events?limit=5`, `${space}/invites`,
    `/api/people/${owner.user}/picture/abc?size=1`, "/health/ready",
  ];
  const relayed = await scan(bench, "product", bench.address, owner.program, addresses);
  const text = async (path) => (await fetch(bench.address + path)).text();
  const page = await text("/");
  const serious = [];
  for (const one of relayed.found) {
    // The one page there is answers /customers~ as it does any address of its own; that is no backup of a file.
    if (accepted[one.info] === undefined && !(one.kind === "Backup file" && (await text(one.path)) === page)) serious.push(one);
  }
  bench.check(relayed.relay.count(200) > addresses.length * 5, "it reached the server and was signed in", relayed.relay.tally);
  bench.check(serious.length === 0, "it finds nothing", serious.slice(0, 20).map(({ kind, method, path, info }) => `${kind}: ${method} ${path}: ${info}`).join("; "));
  bench.checkAnswers(relayed.relay, "wapiti");
}

async function scan(bench, name, target, as, addresses) {
  const relay = await Relay.to(target, { as, strict: as !== null });
  const out = join(bench.logs, `wapiti-${name}.json`);
  const starts = addresses.flatMap((address) => ["-s", relay.address + address]);
  const { output, late } = await bench.run(
    `wapiti-${name}`,
    "wapiti",
    ["-u", `${relay.address}/`, ...starts, "--scope", "domain", "-d", "1", "-m", modules, "--endpoint", `${relay.address}/`, "--flush-session", "--store-session", join(bench.logs, "wapiti"), "--max-scan-time", "60", "-t", "10", "--no-bugreport", "-v", "1", "-f", "json", "-o", out],
    { seconds: 300 },
  );
  await relay.close();
  if (late) throw new Error(`wapiti did not come to its end with ${name}: ${output.slice(-300)}`);
  const { vulnerabilities, anomalies } = JSON.parse(await readFile(out, "utf8"));
  const found = Object.entries({ ...vulnerabilities, ...anomalies }).flatMap(([kind, all]) => all.map((one) => ({ kind, ...one })));
  return { found, relay };
}

// Forced browsing: every address that the documentation and the page know, and those that are found on other servers, with all methods
// and with what makes one address look like another, as a stranger, as a viewer and as somebody of another workspace.
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { Relay } from "../relay.mjs";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

const usual = `.git/HEAD .git/config .svn/entries .env .env.local .htaccess .DS_Store .well-known/security.txt admin administrator api api/debug
  api/swagger.json api/v1 api-docs appsettings.json web.config backup backup.zip backup.sql backup.key token.key holdfast.lock data
  data/token.key config config.json console debug debug/pprof/ docker-compose.yml Dockerfile dump.sql elmah.axd env error favicon.ico
  graphql health health/live health/ready healthz holdfast.dll holdfast.pdb index.html index.html.br info login manage metrics
  package.json package-lock.json phpinfo.php phpmyadmin/ postgres/data/PG_VERSION private robots.txt server-status setup signalr/negotiate
  sitemap.xml sockjs-node status swagger swagger/index.html swagger/v1/swagger.json test tmp trace trace.axd tsconfig.json uploads
  vite.config.ts wp-admin/ wp-login.php xmlrpc.php assets assets/ assets/../index.html src/main.tsx @vite/client @fs/etc/passwd`.split(/\s+/u);

const endings = ["", "/", "/.", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", ".bak", ".old", "~", ".json", ".map", "%00", ";.css", "%20", "?debug=1", "/..;/"];
const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];

/** What strangers may reach; all else under /api is 401, 404 or 405 to them. */
const open = /^(?:GET|HEAD|OPTIONS|POST) \/api\/(?:form|sign-up(?:\/(?:look|confirm))?|address\/(?:confirm|undo|verify)(?:\/look)?|sign-in|sign-out|forgot|reset(?:\/look)?|invites\/look|tokens\/(?:refresh|revoke)|csp-reports|\.well-known\/jwks\.json)$/u;
/** What a viewer may not: run the server, and lead the workspace. */
const notForViewers = /\/api\/operator|\/invites$|\/workspaces\/[^/]+\/events|\/exports$|\/sample$/u;

export async function attack(bench) {
  const { owner, viewer, stranger } = bench.people;
  const words = await lists(bench, [...usual, ...known(bench.people)]);
  const weak = await fuzz(bench, "weak", bench.weak.address, { words, strict: false }, ["-mc", "all", "-fc", "401,404,405"]);
  for (const hole of ["/.git/HEAD", "/api/debug"]) {
    bench.check(weak.results.some(({ path }) => path === hole), `control: on the weak server ${hole} is found`);
  }

  const files = new Set(readdirSync(join(root, "web/dist"), { recursive: true }).map((name) => `/${name}`));
  const page = await (await fetch(bench.address)).text();
  const asStranger = await fuzz(bench, "stranger", bench.address, { words }, ["-mc", "all", "-fc", "401,404,405"]);
  const pages = new Set(asStranger.results.filter(({ method, length }) => method === "GET" && length === page.length).map(({ path }) => path));
  const isOpen = ({ method, path }) =>
    open.test(`${method} ${path}`) || /^\/health\/(?:live|ready)$/u.test(path) || (["GET", "HEAD"].includes(method) && (pages.has(path) || files.has(path)));
  // What is no HTTP has no answer of ours.
  const reached = asStranger.results.filter((result) => !isOpen(result) && result.status !== 400);
  bench.check(reached.length === 0, "a stranger reaches nothing but what is open", show(reached));
  bench.check(asStranger.results.some(({ path, status }) => path === "/health/live" && status === 200) && asStranger.relay.count(401) > 500, "and the tool did reach it", asStranger.relay.tally);
  bench.checkAnswers(asStranger.relay, "as a stranger");

  const asViewer = await fuzz(bench, "viewer", bench.address, { words, as: viewer.program }, ["-mc", "200-299"]);
  const led = asViewer.results.filter(({ path }) => notForViewers.test(path));
  bench.check(led.length === 0, "a viewer reaches nothing that is for owners and operators", show(led));
  bench.check(asViewer.results.some(({ path }) => path === "/api/me"), "and was signed in", asViewer.relay.tally);
  bench.checkAnswers(asViewer.relay, "as a viewer");

  const asOther = await fuzz(bench, "other", bench.address, { words, as: stranger.program }, ["-mc", "200-299"]);
  const foreign = asOther.results.filter(({ path }) => path.includes(owner.workspace));
  bench.check(foreign.length === 0, "somebody of another workspace reaches nothing in this one", show(foreign));
  bench.check(asOther.results.some(({ path }) => path === "/api/me"), "and was signed in", asOther.relay.tally);
  bench.checkAnswers(asOther.relay, "as somebody of another workspace");
}

const show = (results) => results.slice(0, 20).map(({ method, path, status }) => `${method} ${path} ${status}`).join("; ");

/** All addresses of the API that the documentation and the page name, with ids of things that are there. */
function known({ owner, customer, project }) {
  const found = new Set();
  const places = [["docs", /\.md$/u], ["server", /README\.md$/u], ["web/src", /\.tsx?$/u]];
  for (const [folder, kind] of places) {
    for (const name of readdirSync(join(root, folder), { recursive: true }).filter((name) => kind.test(name) && !/(?:^|\/)(?:obj|bin|node_modules)\//u.test(name))) {
      for (const [address] of readFileSync(join(root, folder, name), "utf8").matchAll(/\/api\/[\w{}$()./-]*[\w}]/gu)) found.add(address);
    }
  }
  const fill = (address) =>
    address
      .slice(1)
      .replace(/(workspaces\/)\$?\{[^}]*\}/u, `$1${owner.workspace}`)
      .replace(/(records\/)\$?\{[^}]*\}/u, "$1solo.customer")
      .replace(/(people\/)\$?\{[^}]*\}/u, `$1${owner.user}`)
      .replace(/merge-into\/\$?\{[^}]*\}/u, `merge-into/${project}`)
      .replace(/\$?\{[^}]*\}/gu, customer);
  const addresses = [...found].map(fill).filter((address) => !/[{}$()]/u.test(address));
  if (addresses.length < 40) throw new Error(`only ${addresses.length} addresses are known`);
  // Whoever has left reaches nothing more, and whoever ends his tokens neither.
  const last = (address) => Number(/leave$|end$|end-others$|revoke$/u.test(address));
  return [...new Set(addresses)].sort((a, b) => last(a) - last(b));
}

async function lists(bench, paths) {
  const files = { FUZZPATH: [...new Set(paths)], FUZZEND: endings, FUZZVERB: methods };
  for (const [name, words] of Object.entries(files)) await writeFile(join(bench.logs, `ffuf-${name}.txt`), `${words.join("\n")}\n`);
  return Object.keys(files).map((name) => `${join(bench.logs, `ffuf-${name}.txt`)}:${name}`);
}

async function fuzz(bench, name, target, { words, as = null, strict = true }, match) {
  const relay = await Relay.to(target, { as, strict });
  const out = join(bench.logs, `ffuf-${name}.json`);
  const { output, late } = await bench.run(
    `ffuf-${name}`,
    "ffuf",
    [...words.flatMap((word) => ["-w", word]), "-X", "FUZZVERB", "-u", `${relay.address}/FUZZPATHFUZZEND`, "-t", "8", "-s", "-o", out, "-of", "json", ...match],
    { seconds: 180 },
  );
  await relay.close();
  if (late) throw new Error(`ffuf did not come to its end as ${name}: ${output.slice(-300)}`);
  const { results } = JSON.parse(await readFile(out, "utf8"));
  return { relay, results: results.map(({ input, status, length }) => ({ status, length, method: input.FUZZVERB, path: plain(`/${input.FUZZPATH}${input.FUZZEND}`) })) };
}

/** The path as the server reads it. */
function plain(path) {
  return posix.normalize(path.split("?")[0]).replace(/(?<=.)\/+$/u, "");
}

// Guessed passwords. hydra sends forms and we take JSON, so a translator stands between; it also gives it a client address: one
// for all guesses, or another for each, as who has many machines would.
import { once } from "node:events";
import { createServer } from "node:http";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Browser, newClient, password, person } from "../people.mjs";

const guesses = 300;
/** Where among them the right one is. */
const right = 240;

export async function attack(bench) {
  const list = join(bench.logs, "passwords.txt");
  const words = Array.from({ length: guesses }, (_, i) => (i === right ? password : `harbour lantern ${i} oatmeal`));
  const weak = await guess(bench, "weak", bench.weak.address, "ada@example.com", { list, words, from: newClient });
  bench.check(weak.found, "control: the weak server's password is found", weak.said);

  const memory = await peak(bench);
  const ways = { "one address": ["Gina", () => "10.255.0.1", 12], "an address each": ["Hugo", newClient, 70] };
  for (const [way, [name, from, most]] of Object.entries(ways)) {
    const owner = await person(bench.address, name, { workspace: "Own" });
    const known = owner.browser.signedOut();
    let meanwhile = 0;
    const { found, sent, statuses, said } = await guess(bench, name, bench.address, owner.email, {
      list,
      words,
      from,
      // The owner comes in the middle of it, at a browser that knows him.
      halfway: async () => {
        meanwhile = await known.signIn(owner.email, password);
      },
    });
    const checked = statuses.get(401) ?? 0;
    bench.check(sent.has(password), `${way}: the right password was tried`, `${sent.size} passwords; ${said}`);
    bench.check(!found && (statuses.get(200) ?? 0) === 0, `${way}: it was not found`, [...statuses].map((pair) => pair.join(": ")).join(", "));
    bench.check(checked >= 5 && checked <= most, `${way}: the budget stopped the guesses`, `${checked} of ${guesses} were checked, at most ${most} may be`);
    bench.check(meanwhile === 200, `${way}: the owner signed in meanwhile, at a browser that knows him`, `${meanwhile}`);
    bench.check((await known.signedOut().signIn(owner.email, password)) === 200, `${way}: and again afterwards`);
  }
  const cores = Number((await readFile("/proc/cpuinfo", "utf8")).match(/^processor/gmu).length);
  const grown = (await peak(bench)) - memory;
  // Each core has one password at work, in 19 MiB; the rest is what requests need.
  const most = cores * 19 + 200;
  bench.check(grown < most, "memory stays bounded", `${grown} MiB more at the peak, ${most} are allowed`);
}

async function guess(bench, name, target, email, { list, words, from, halfway = async () => undefined }) {
  const sent = new Set();
  const statuses = new Map();
  let between = null;
  // Forms lie open for an hour, and whoever guesses opens one for all.
  const guesser = new Browser(target);
  const translator = createServer(async (request, answer) => {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const guessed = form.get("password");
    sent.add(guessed);
    if (sent.size === Math.floor(right / 2)) between ??= halfway();
    const status = await guesser.signIn(form.get("email"), guessed, from());
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    answer.end(status === 200 ? "signed-in" : "refused");
  });
  translator.listen(0, "127.0.0.1");
  await once(translator, "listening");
  const { port } = translator.address();
  await writeFile(list, `${words.join("\n")}\n`);
  const form = "/:email=^USER^&password=^PASS^:g=:S=signed-in";
  const { output } = await bench.run(`hydra-${name}`, "hydra", ["-l", email, "-P", list, "-t", "4", "-I", "-f", "-s", `${port}`, "127.0.0.1", "http-post-form", form], { seconds: 240 });
  await between;
  translator.close();
  const said = /^\d+ of \d+ target.*$/mu.exec(output)?.[0] ?? output.trim().split("\n").at(-1);
  return { found: /\[http-post-form\] host: .* password: /u.test(output), sent, statuses, said };
}

/** The most memory that the server ever had, in MiB. */
async function peak(bench) {
  return Math.round(Number(/VmHWM:\s+(\d+)/u.exec(await readFile(`/proc/${bench.product.pid}/status`, "utf8"))[1]) / 1024);
}

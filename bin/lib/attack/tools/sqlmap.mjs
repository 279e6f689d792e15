// SQL in every place where something comes from outside, as somebody who is signed in; against the same PostgreSQL as the control.
import { join } from "node:path";
import { freshId, Relay } from "../relay.mjs";

/** All that it knows for this database but what guesses at the shape of the statement at length; whatever it breaks is thrown away. */
const thorough = ["--level", "3", "--risk", "3", "--dbms", "PostgreSQL", "--skip-waf"];

export async function attack(bench) {
  const { owner, customer } = bench.people;
  const weak = await Relay.to(bench.weak.address, { strict: false });
  for (const [name, words] of Object.entries({
    address: ["-u", `${weak.address}/search?q=1`, "-p", "q"],
    body: ["-u", `${weak.address}/write`, "--data", '{"name":"thing 1"}', "-p", "name"],
  })) {
    const { found, said } = await inject(bench, `weak-${name}`, words);
    bench.check(found, `control: on the weak server it finds SQL in the ${name}`, said);
  }
  await weak.close();

  const space = `/api/workspaces/${owner.workspace}`;
  const list = `${space}/records/solo.customer`;
  const { next } = await owner.program.send("GET", `${list}?limit=5&sort=name`);
  const create = (values) => JSON.stringify({ id: freshId, schema: 1, operations: [{ op: "create", type: "solo.customer", id: freshId, values }] });
  const targets = {
    "the search of a list": { path: `${list}?query=harbour*&sort=name&limit=5` },
    "a quoted search": { path: `${list}?query=%22harbour*%22&sort=name&limit=5` },
    "the field of a search": { path: `${list}?query=status:active*&limit=5` },
    "the quoted value of a field": { path: `${list}?query=name:%22harbour*%22&limit=5` },
    "the order of a list": { path: `${list}?query=web&sort=name*&limit=5` },
    "the page of a list": { path: `${list}?sort=name&limit=5*&after=${encodeURIComponent(next)}` },
    "the cursor of a list": { path: `${list}?sort=name&limit=5&after=${encodeURIComponent(next)}*` },
    "the type of records": { path: `${space}/records/solo.customer*?limit=5` },
    "the id of a record": { path: `${list}/${customer}*` },
    "the id of a workspace": { path: `/api/workspaces/${owner.workspace}*/records/solo.customer?limit=5` },
    "the search of a download": { path: `${list}/export?format=json&query=harbour*&sort=name` },
    "the entry of a history": { path: `${list}/${customer}/history?limit=5*` },
    "the scopes of changes": { path: `${space}/changes?scopes=solo.customers*` },
    "a value that is written": { path: `${space}/transactions`, body: create({ kind: "company", name: "Works*", status: "active" }) },
    "a name of one's own": { path: "/api/me/profile", body: '{"name":"Ada*","timeZone":null}', usual: 204 },
    "an address that signs in": { path: "/api/sign-in", body: '{"email":"ada*@example.com","password":"wrong wrong wrong"}', as: null, usual: 401 },
    "the token of an invite": { path: "/api/invites/look", body: '{"token":"abcdefghijklmnopqrstuvwxyz012345*"}', as: null, usual: 404 },
  };
  let requests = 0;
  const work = Object.entries(targets)[Symbol.iterator]();
  // One person may have two lists at once.
  const worker = async () => {
    for (const [name, { path, body, as = owner.program, usual = 200 }] of work) {
      const relay = await Relay.to(bench.address, { as });
      const data = body === undefined ? [] : ["--data", body, "--headers", `Content-Type: application/json\nOrigin: ${bench.address}`];
      const refused = usual < 400 ? [] : ["--ignore-code", `${usual}`];
      const { found, whole, said } = await inject(bench, name.replaceAll(/\W+/gu, "-"), ["-u", relay.address + path, ...data, ...refused]);
      await relay.close();
      requests += relay.requests;
      bench.check(!found && whole && relay.count(usual) > 0 && relay.requests >= 50 && relay.count(429) === 0, `no SQL in ${name}`, [relay.tally, said].filter(Boolean).join("; "));
      if (relay.faults.size > 0) bench.checkAnswers(relay, name);
    }
  };
  await Promise.all([worker(), worker()]);
  bench.say(`        ${requests} requests`);
}

async function inject(bench, name, words) {
  const folder = join(bench.logs, "sqlmap", name);
  const { output, late } = await bench.run(`sqlmap-${name}`, "sqlmap", [...words, ...thorough, "--batch", "--flush-session", "--disable-coloring", "--output-dir", folder], { seconds: 240 });
  const found = /identified the following injection point|is vulnerable/u.test(output);
  const whole = !late && (found || /all tested parameters do not appear to be injectable/u.test(output));
  return { found, whole, said: late ? "it did not come to its end" : whole ? (/Type: .*/u.exec(output)?.[0] ?? "") : (/\[(?:CRITICAL|ERROR)\] (.*)/u.exec(output)?.[1] ?? "") };
}

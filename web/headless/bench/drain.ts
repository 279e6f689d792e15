import { writeFileSync } from "node:fs";
import { newId } from "@/engine/ids";
import type { Operation } from "@/engine/protocol";
import { Client, type Tab } from "./client";

/**
 * Many browsers that worked without a network send what they have: measured from the moment when there is one again until
 * nothing waits any more. Its arguments come as JSON, its figures go out as JSON.
 */
interface Asked {
  /** Such as `http://localhost:8400`. */
  readonly address: string;
  /** As a browser sends it. */
  readonly cookie: string;
  readonly user: string;
  /** The clients take turns with them. */
  readonly workspaces: readonly string[];
  readonly clients: number;
  /** Of each client. */
  readonly transactions: number;
  readonly deaths: number;
  /** Of the answers, from 0 to 1. */
  readonly lost: number;
  /** Where the ids of all transactions are written, one client a line, in the order of making. */
  readonly file: string;
}

const asked: Asked = JSON.parse(process.argv[3] ?? "");
const longest = 300_000;
const type = "solo.customer";

/** One in a hundred that no server takes, one in twenty that was meant for something else, and else creations and edits. */
function operationsOf(index: number, records: string[]): readonly Operation[] {
  const last = records.at(-1);
  if (last === undefined || (index % 5 === 0 && index % 20 !== 10)) {
    const id = newId();
    records.push(id);
    return [{ op: "create", type, id, values: { name: `Customer ${index}` } }];
  }
  if (index % 100 === 51) return [{ op: "set", type, id: last, field: "name", value: null }];
  const guard = { field: "name", equals: "Somebody else" };
  if (index % 20 === 10) return [{ op: "set", type, id: last, field: "name", value: `Edit ${index}`, guard }];
  return [{ op: "set", type, id: last, field: "phone", value: `${index}` }];
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + longest;
  while (!condition()) {
    if (Date.now() > end) throw new Error("It never comes to rest.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const url = `${asked.address.replace("http", "ws")}/api/sync`;
const clients = Array.from({ length: asked.clients }, (_, number) => {
  // Each from an address of its own, as browsers are.
  const headers = { Cookie: asked.cookie, Origin: asked.address, "X-Forwarded-For": `192.0.2.${number + 1}` };
  const client = new Client({ url, headers, lost: asked.lost });
  const workspace = asked.workspaces[number % asked.workspaces.length] ?? "";
  return { client, workspace, made: [] as string[], tabs: [client.tab(asked.user, workspace)] };
});

for (const { tabs, made } of clients) {
  const records: string[] = [];
  for (let index = 0; index < asked.transactions; index++) {
    const handle = tabs[0]?.engine.transact(operationsOf(index, records));
    if (handle) made.push(handle.id);
  }
}
for (const one of clients.slice(0, asked.deaths)) one.tabs.push(one.client.tab(asked.user, one.workspace));
const leading = ({ tabs }: { readonly tabs: readonly Tab[] }) => tabs[0]?.engine;
await until(() => clients.every(({ client, made }) => client.disk.queue.size === made.length));
writeFileSync(asked.file, clients.map(({ made }) => made.join(" ")).join("\n"));

const began = performance.now();
for (const one of clients) {
  one.client.isOnline = true;
  for (const { engine } of one.tabs) engine.tryNow();
}
const dying = new Set(clients.slice(0, asked.deaths));
await until(() => {
  for (const one of dying) {
    if ((leading(one)?.pendingCount() ?? 0) > asked.transactions / 2) continue;
    one.tabs.shift()?.kill();
    dying.delete(one);
  }
  return clients.every((one) => one.client.disk.queue.size === 0 && leading(one)?.pendingCount() === 0);
});
const milliseconds = performance.now() - began;

const letters = clients.flatMap((one) => leading(one)?.deadLetters() ?? []);
const counts = (outcome: string) => letters.filter((letter) => letter.outcome === outcome).length;
const sum = (of: (client: Client) => number) => clients.reduce((all, { client }) => all + of(client), 0);
process.stdout.write(
  `${JSON.stringify({
    milliseconds,
    conflicts: counts("conflict"),
    rejected: counts("rejected"),
    deaths: asked.deaths - dying.size,
    lost: sum(({ counts }) => counts.lost),
    connected: sum(({ counts }) => counts.connected),
    bytes: process.memoryUsage().rss,
  })}\n`,
);
process.exit(0);

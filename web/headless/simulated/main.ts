import { openDB } from "idb";
import type { RecordTypeName, ScopeName } from "@/contract/contract";
import { idsOf } from "@/engine/letters";
import { contract, recordTypes } from "@/engine/metadata";
import type { Operation } from "@/engine/protocol";
import { storeName } from "@/engine/store";
import { Agenda } from "./agenda";
import { Computer, type Page, type Run, type Said } from "./computer";
import { drained, type Fault, follow } from "./disk";
import type { Spoil } from "./spoil";

/**
 * The browsers of the server's simulator, one line of JSON after the other: a command comes in, everything that follows
 * from it at once happens, and the answer says what can happen next and what was said on the way.
 */
type Command =
  | {
      readonly do: "begin";
      readonly seed: number;
      readonly workspace: string;
      readonly users: readonly string[];
      readonly spoil: Spoil | null;
    }
  | { readonly do: "page"; readonly computer: number; readonly page: number }
  | { readonly do: "next"; readonly lane: string }
  | { readonly do: "pass"; readonly milliseconds: number }
  | { readonly do: "opened"; readonly socket: number }
  | { readonly do: "message"; readonly socket: number; readonly text: string }
  | { readonly do: "closed"; readonly socket: number; readonly code: number }
  | { readonly do: "transact"; readonly page: number; readonly operations: readonly Operation[] }
  | { readonly do: "retry" | "discard"; readonly page: number; readonly id: string }
  | { readonly do: "undo" | "redo" | "start" | "tryNow"; readonly page: number }
  | { readonly do: "kill" | "leave"; readonly page: number }
  | { readonly do: "freeze" | "thaw" | "wake" | "records" | "look"; readonly page: number }
  | { readonly do: "network"; readonly computer: number; readonly online: boolean }
  | { readonly do: "fault"; readonly computer: number; readonly after: number; readonly fault: Fault }
  | { readonly do: "heal"; readonly computer: number }
  | { readonly do: "disk"; readonly computer: number };

const timers = "a timer of ";

let run: Run;
let computers: Computer[] = [];
let said: Said[] = [];

function begin({ seed, workspace, users, spoil }: Extract<Command, { do: "begin" }>): void {
  const agenda = new Agenda();
  follow(agenda);
  const random = randomOf(seed);
  let numbers = 0;
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  run = {
    agenda,
    workspace,
    spoil,
    elapsed: 0,
    sockets: new Map(),
    random,
    newId: () => `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`,
    nextNumber: () => ++numbers,
    say: (one) => said.push(one),
  };
  computers = users.map((user, number) => new Computer(run, number, user));
}

/** The same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pages = () => computers.flatMap((computer) => computer.pages);

function possible(): readonly string[] {
  const due = pages().filter((page) => page.hasDueTimer);
  return [...run.agenda.possible, ...due.map(({ name }) => `${timers}${name}`)];
}

function pageOf(number: number): Page {
  const page = pages().find((one) => one.number === number);
  if (!page) throw new Error(`There is no page ${number}.`);
  return page;
}

function computerOf(number: number): Computer {
  const computer = computers[number];
  if (!computer) throw new Error(`There is no computer ${number}.`);
  return computer;
}

/** What a person does: the transactions that come of it, each with what it does. */
function act(page: Page, work: () => void): readonly object[] {
  const before = new Set(page.engine.pending().map(({ id }) => id));
  run.agenda.run(page, work);
  return page.engine
    .pending()
    .filter(({ id }) => !before.has(id))
    .map(({ id, operations }) => ({ id, operations }));
}

/** Whoever made it hears how it ends. */
function watch({ id, settled }: ReturnType<Page["engine"]["transact"]>): void {
  settled.then((end) =>
    run.say(
      end.outcome === "applied"
        ? { t: "settled", id, seq: end.seq }
        : { t: "settled", id, refusal: `${end.outcome} ${end.error.code}` },
    ),
  );
}

function recordsOf(page: Page): readonly object[] {
  return recordTypes
    .filter((type) => contract.records[type].scope in contract.scopes)
    .flatMap((type: RecordTypeName) => page.engine.records(type))
    .map(({ type, id, version, values }) => ({ type, id, version, values }));
}

function look(page: Page): object {
  const { connection, pending, storage, scopes } = page.engine.status();
  const letters = page.engine.deadLetters().map((letter) => ({
    id: letter.id,
    refusal: `${letter.outcome} ${letter.error.code}`,
    // What waits for it, and what wrote on from it.
    held: idsOf(letter).slice(1),
  }));
  const isAnswered = (Object.keys(scopes) as ScopeName[]).every((scope) => scopes[scope] !== "loading");
  return { connection, pending, storage, isAnswered, letters, records: recordsOf(page) };
}

/** All that is kept, read past the engine. */
async function disk(computer: Computer): Promise<object> {
  const page = { name: `${computer.name} itself`, isHeld: false, isGone: false };
  const reading = run.agenda.run(page, async () => {
    const database = await computer.disk.openFor(page, () => openDB(storeName(computer.user, run.workspace)));
    const transaction = database.transaction(["state", "records", "queue"]);
    const [state, records, queue] = await Promise.all([
      transaction.objectStore("state").get("state"),
      transaction.objectStore("records").getAll(),
      transaction.objectStore("queue").getAll(),
      transaction.done,
    ]);
    computer.disk.drop(page, () => false);
    // What was applied waits until the cursor has reached it, which may be with the next nudge.
    const reached: number = state?.following?.cursor?.seq ?? 0;
    const waiting = queue.filter(({ seq }) => seq === null || seq <= reached);
    return { records, queue: waiting.map(({ id }) => id) };
  });
  let isRead = false;
  reading.then(() => {
    isRead = true;
  });
  for (await drained(); !isRead; await drained()) run.agenda.one(`${page.name}/disk`);
  return reading;
}

async function execute(command: Command): Promise<unknown> {
  switch (command.do) {
    case "begin":
      return begin(command);
    case "page":
      computerOf(command.computer).openPage(command.page);
      return;
    case "next":
      if (command.lane.startsWith(timers)) pageOf(Number(command.lane.slice(timers.length + 5))).ring();
      else run.agenda.one(command.lane);
      return;
    case "pass":
      run.elapsed += command.milliseconds;
      return;
    case "opened":
    case "message": {
      const socket = run.sockets.get(command.socket);
      if (!socket) return;
      run.agenda.run(socket.page, () =>
        command.do === "opened" ? socket.open() : socket.message(command.text),
      );
      return;
    }
    case "closed": {
      const socket = run.sockets.get(command.socket);
      run.sockets.delete(command.socket);
      if (socket) run.agenda.add(socket.page, "socket", () => socket.close(command.code));
      return;
    }
    case "transact": {
      const { page, operations } = command;
      return act(pageOf(page), () => watch(pageOf(page).engine.transact(operations)));
    }
    case "retry": {
      const { page, id } = command;
      return act(pageOf(page), () => watch(pageOf(page).engine.retry(id)));
    }
    case "discard":
      return act(pageOf(command.page), () => pageOf(command.page).engine.discard(command.id));
    case "undo":
    case "redo":
    case "start":
    case "tryNow": {
      const { engine } = pageOf(command.page);
      return act(pageOf(command.page), () => engine[command.do]());
    }
    case "kill":
    case "leave":
      pageOf(command.page)[command.do]();
      return;
    case "freeze":
    case "thaw":
      pageOf(command.page).isHeld = command.do === "freeze";
      return;
    case "wake":
      pageOf(command.page).wakes.tell();
      return;
    case "records":
      return recordsOf(pageOf(command.page));
    case "look":
      return look(pageOf(command.page));
    case "network": {
      const computer = computerOf(command.computer);
      computer.isOnline = command.online;
      computer.networks.tell(command.online);
      return;
    }
    case "fault":
      computerOf(command.computer).disk.failAfter(command.after, command.fault);
      return;
    case "heal":
      computerOf(command.computer).disk.heal();
      return;
    case "disk":
      return disk(computerOf(command.computer));
  }
}

async function answer(line: string): Promise<void> {
  said = [];
  const value = await execute(JSON.parse(line));
  await drained();
  process.stdout.write(`${JSON.stringify({ value: value ?? null, possible: possible(), said })}\n`);
}

// The simulator waits for each answer before it says more, so there is never more than one line.
let line = "";
process.stdin.setEncoding("utf8").on("data", (part) => {
  line += part;
  if (!line.endsWith("\n")) return;
  const whole = line;
  line = "";
  void answer(whole);
});

// Takes each guard of the code about authentication away in turn, and sees whether a test notices: bin/guards.
//
// A guard is an `if` that leaves, a demand on an address (`.RequireFresh()`), and a condition of an SQL statement. All of them are
// marked in a copy of the sources, which is built once; which one does not stand is said by a variable of the process.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";

const [, , root, tree, part = ""] = process.argv;
const code = ["Identity", "Http", "Workspaces"].map((folder) => `server/Platform/${folder}`);
const tests = ["Platform", "Platform/Limits", "Host"].map((folder) => `server/Tests/${folder}`);
/** Of the tests with a process of their own those that are about people and requests. */
const ofHost = /^(Answer|Edge|RawRequest|UserCommand)/;
const reasons = JSON.parse(readFileSync(join(root, "server/Tests/guards.json"), "utf8"));
const page = join(root, "docs/en/guards.md");

const demands = /\.(RequireSafeTransport|RequireFresh|RefuseTokens|ForPrograms|Limited)\(/g;
const patience = 400_000;

const source = `namespace Holdfast.Platform;

internal static class Guards
{
    private static readonly int Removed = int.Parse(Environment.GetEnvironmentVariable("GUARD_REMOVED") ?? "0", null);
    private static readonly string? Asked = Environment.GetEnvironmentVariable("GUARDS_ASKED");
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<int, bool> Seen = new();

    static Guards() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Say();

    internal static bool Stands(int guard)
    {
        if (Asked is not null)
            Seen[guard] = true;
        return guard != Removed;
    }

    internal static T Put<T>(this T endpoint, int guard, Func<T, T> demand) => Stands(guard) ? demand(endpoint) : endpoint;

    private static void Say()
    {
        if (Asked is not null)
            File.AppendAllLines(Asked, Seen.Keys.Select(guard => guard.ToString(null as IFormatProvider)));
    }
}
`;

/** Where the strings of a C# file are, and where its comments: [from, to, text?]. */
function* literals(text) {
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith("//", at)) {
      const end = (text.indexOf("\n", at) + 1 || text.length + 1) - 1;
      yield { from: at, to: end, kind: "comment" };
      at = end;
    } else if (text[at] === "'" && /^'(\\.[^']*|[^'\\])'/.test(text.slice(at, at + 12))) {
      at += text.slice(at).match(/^'(\\.[^']*|[^'\\])'/)[0].length - 1;
    } else if (text[at] === '"') {
      const isInterpolated = text[at - 1] === "$";
      const quotes = text.startsWith('"""', at) ? '"""' : '"';
      let end = at + quotes.length;
      for (let depth = 0; end < text.length; end++) {
        if (quotes === '"' && text[end] === "\\") end++;
        else if (isInterpolated && text[end] === "{") depth++;
        else if (isInterpolated && text[end] === "}") depth--;
        else if (depth <= 0 && text.startsWith(quotes, end)) break;
      }
      yield { from: at + quotes.length, to: end, kind: isInterpolated ? "interpolated" : "string" };
      at = end + quotes.length - 1;
    }
  }
}

/** Where the bracket that opens at `at` closes, strings passed over. */
function closing(text, at, inside) {
  const [open, close] = text[at] === "(" ? "()" : "{}";
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const literal = inside.find(({ from, to }) => i >= from && i < to);
    if (literal) i = literal.to;
    else if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i;
  }
  throw new Error(`A bracket at ${at} never closes.`);
}

/** The guards of a file: where each stands, and what is to be put before and after which part of it, by its number. */
function guardsOf(text) {
  const inside = [...literals(text)];
  const isCode = (at) => !inside.some(({ from, to }) => at >= from && at < to);
  const found = [];
  for (const { index } of text.matchAll(/\bif \(/g)) {
    if (!isCode(index)) continue;
    const open = text.indexOf("(", index);
    const close = closing(text, open, inside);
    const after = text.slice(close + 1).match(/^\s*/)[0].length + close + 1;
    const body = text[after] === "{" ? text.slice(after, closing(text, after, inside)) : text.slice(after, text.indexOf(";", after) + 1);
    if (!/\b(return|throw)\b/.test(body)) continue;
    found.push({ at: index, what: text.slice(index, close + 1), from: open, to: close, before: () => "((", after: (n) => `) && ${stands(n)})` , width: 1 });
  }
  for (const { index, 0: demand } of text.matchAll(demands)) {
    if (!isCode(index) || /\bstatic\b[^\n]*$/.test(text.slice(text.lastIndexOf("\n", index), index))) continue;
    const to = closing(text, index + demand.length - 1, inside) + 1;
    found.push({ at: index, what: text.slice(index, to), from: index, to, before: (n) => `.Put(${n}, one => one`, after: () => ")", width: 0 });
  }
  for (const { from, to } of inside.filter(({ kind }) => kind === "interpolated")) {
    const literal = text.slice(from, to);
    if (!/\b(SELECT|UPDATE|DELETE|INSERT|WHERE|AND)\b/.test(literal)) continue;
    for (const { start, end } of conditions(literal))
      found.push({ at: from + start, what: literal.slice(start, end), from: from + start, to: from + end, before: (n) => `({(!${stands(n)})} OR `, after: () => ")", width: 0 });
  }
  return found;
}

const stands = (number) => `global::Holdfast.Platform.Guards.Stands(${number})`;

/** The conditions after WHERE and AND in a statement that is an interpolated string. */
function* conditions(sql) {
  for (const match of sql.matchAll(/\b(WHERE|AND)\s+/g)) {
    const start = match.index + match[0].length;
    if (match[1] === "AND" && /\bBETWEEN\b[^()]*$/.test(sql.slice(0, match.index))) continue;
    // Inside a hole stands code; and by which index two are the same is no question to ask.
    if (depthAt(sql, match.index) > 0 || /\bON CONFLICT \([^()]*\) $/.test(sql.slice(0, match.index))) continue;
    let [braces, brackets, end] = [0, 0, start];
    for (; end < sql.length; end++) {
      if (sql[end] === "{") braces++;
      else if (sql[end] === "}") braces--;
      else if (braces > 0) continue;
      else if (sql[end] === "(") brackets++;
      else if (sql[end] === ")" && --brackets < 0) break;
      else if (brackets === 0 && /^\s(AND|OR|RETURNING|ORDER|GROUP|LIMIT|FOR|ON|DO|SET|THEN|WHEN|END|UNION|OFFSET|SELECT|UPDATE|LEFT|INNER|CROSS|JOIN|WHERE)\b|^;/.test(sql.slice(end))) break;
    }
    const what = sql.slice(start, end).trimEnd();
    // What a hole brings may be a whole condition, or none; a comment would take the bracket with it.
    if (what.includes("--") || /^(true|false|CASE)\b/.test(what)) continue;
    yield { start, end: start + what.length };
  }
}

function depthAt(text, end) {
  let depth = 0;
  for (let i = 0; i < end; i++) depth += text[i] === "{" ? 1 : text[i] === "}" ? -1 : 0;
  return depth;
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".cs"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/\/(bin|obj)\//.test(file))
    .sort();
}

/** Writes the copy's sources with every guard marked but those that `without` holds, by file and place. */
function mark(without) {
  const guards = [];
  for (const file of code.flatMap(filesBelow)) {
    const text = readFileSync(join(root, file), "utf8");
    const changes = [];
    for (const guard of guardsOf(text)) {
      if (without.has(`${file}:${guard.at}`)) continue;
      const number = guards.length + 1;
      const line = text.slice(0, guard.at).split("\n").length;
      guards.push({ number, file, at: guard.at, line, what: guard.what.replace(/\s+/g, " ") });
      changes.push({ at: guard.from, put: guard.before(number), width: guard.width }, { at: guard.to, put: guard.after(number), width: guard.width });
    }
    let marked = text;
    for (const { at, put, width } of changes.sort((a, b) => b.at - a.at)) marked = marked.slice(0, at) + put + marked.slice(at + width);
    writeFileSync(join(tree, file), marked);
  }
  writeFileSync(join(tree, "server/Platform/Guards.cs"), source);
  return guards;
}

/** Builds the copy. What the compiler will not do without (a value that only the guard gives) it keeps itself. */
function build() {
  const kept = new Map();
  for (;;) {
    const guards = mark(new Set(kept.keys()));
    try {
      execFileSync("dotnet", ["build", "server/Tests/Tests.csproj", "-c", "Release", "-v", "q", "-nologo", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false",
        "-p:TreatWarningsAsErrors=false", "-p:EnforceCodeStyleInBuild=false", "-p:WarningLevel=0", "-p:ContinuousIntegrationBuild=false"], { cwd: tree, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
      return { guards, kept: [...kept.values()] };
    } catch (failure) {
      const places = new Set([...failure.stdout.matchAll(/^(.+?)\((\d+),\d+\): error CS(0165|0177|8600|0269)/gm)].map(([, file, line]) => `${relative(tree, file.trim())}:${line}`));
      let more = 0;
      for (const place of places) {
        const [file, line] = [place.slice(0, place.lastIndexOf(":")), Number(place.slice(place.lastIndexOf(":") + 1))];
        // Whoever uses the value stands below the guard that gives it.
        const guard = guards.findLast((one) => one.file === file && one.line <= line && /\bis\b|\bout\b/.test(one.what) && !kept.has(`${file}:${one.at}`));
        if (guard) more += kept.has(`${file}:${guard.at}`) ? 0 : (kept.set(`${file}:${guard.at}`, guard), 1);
      }
      if (more === 0) throw new Error(`The marked sources do not build:\n${failure.stdout.slice(0, 4_000)}`);
    }
  }
}

/** Runs classes of tests; whether all passed, and how long it took. */
function run(names, environment) {
  const began = Date.now();
  return new Promise((done) => {
    const chosen = names.flatMap((name) => ["-class", name]);
    const child = spawn("dotnet", [join(tree, "server/Tests/bin/Release/net10.0/Holdfast.Tests.dll"), "-noColor", "-stopOnFail", ...chosen],
      { cwd: tree, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "ignore"], timeout: patience });
    let said = "";
    child.stdout.on("data", (text) => { said += text; });
    child.on("close", (exit) => done({
      passed: exit === 0 && /Errors: 0, Failed: 0/.test(said),
      ran: Number(/Total: (\d+)/.exec(said)?.[1] ?? 0),
      failed: /^\s*(\S+) \[FAIL\]/m.exec(said)?.[1]?.split(".").slice(-2).join(": ").replaceAll("_", " ") ?? (exit === 0 ? null : "the run ended"),
      seconds: (Date.now() - began) / 1_000,
    }));
  });
}

/** Does `work` for each, as many at once as there are cores. */
async function each(items, work) {
  const waiting = [...items];
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  }));
}

const { guards, kept } = build();
console.error(`${guards.length} guards, ${kept.length} more that the compiler keeps`);

const classes = tests.flatMap((folder) => readdirSync(join(root, folder)).filter((file) => file.endsWith("Tests.cs") && (!folder.endsWith("/Host") || ofHost.test(file)))
  .map((file) => `Holdfast.${folder.slice("server/".length).replaceAll("/", ".")}.${file.slice(0, -3)}`));
const seen = new Map();
const asked = join(tree, "asked");
rmSync(asked, { recursive: true, force: true });
mkdirSync(asked);
await each(classes, async (name) => {
  const file = join(asked, name);
  const { passed, ran, failed, seconds } = await run([name], { GUARDS_ASKED: file });
  if (ran === 0) return;
  if (!passed) throw new Error(`With all guards in place ${name} fails: ${failed}`);
  const numbers = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number) : [];
  seen.set(name, { seconds, numbers: new Set(numbers) });
});

await each(guards.filter(({ file }) => file.includes(part)), async (guard) => {
  // Whatever reaches few guards is about them, and notices first; the rest run at once.
  const reaching = [...seen].filter(([, { numbers }]) => numbers.has(guard.number)).sort(([, a], [, b]) => a.numbers.size - b.numbers.size).map(([name]) => name);
  guard.reached = reaching.length > 0;
  for (const names of [reaching.slice(0, 1), reaching.slice(1)]) {
    if (names.length === 0) continue;
    const { passed, failed } = await run(names, { GUARD_REMOVED: String(guard.number) });
    if (!passed) {
      guard.breaks = failed;
      break;
    }
  }
  console.error(`${guard.breaks ? "breaks " : guard.reached ? "NOTHING" : "UNSEEN "} ${guard.file}:${guard.line} ${guard.what}${guard.breaks ? ` -> ${guard.breaks}` : ""}`);
});
// A part says what it found, and changes no page.
if (part !== "") process.exit();

const short = (file) => file.slice("server/Platform/".length);
const reasonOf = ({ file, what }) => reasons.find((one) => one.file === short(file) && what === one.guard)?.why;
const silent = guards.filter(({ breaks }) => !breaks);
const unexplained = silent.filter((guard) => !reasonOf(guard));
writeFileSync(page, `# The guards of authentication

What lets people in or keeps them out is in \`server/Platform\`: ${code.map((folder) => `\`${short(folder)}\``).join(", ")}. \`bin/guards\` takes each
guard there away in turn, and runs the tests that reach it, until one fails. A guard is an \`if\` that leaves, a demand on an address such as
\`.RequireFresh()\`, and a condition of an SQL statement. The last whole run: of ${guards.length} guards ${guards.length - silent.length} were missed by a test. ${kept.length} more cannot
be taken away: they give the value that the code below works with, and it does not compile without them.

## Guards that no test misses

| where | guard | why |
|---|---|---|
${silent.map((guard) => `| \`${short(guard.file)}\` | \`${guard.what.replaceAll("|", "\\|")}\` | ${reasonOf(guard) ?? "**no reason yet**"} |`).join("\n")}
`);
for (const { file, line, what } of unexplained) console.error(`no test misses ${file}:${line} ${what}`);
console.log(`${guards.length - unexplained.length} passed, ${unexplained.length} failed, 0 skipped`);
process.exitCode = unexplained.length > 0 ? 1 : 0;

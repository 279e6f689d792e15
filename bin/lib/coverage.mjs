// Writes docs/en/coverage.md from what coverlet measured. A line that no test reaches, and a branch that none takes, needs a reason
// in server/Tests/coverage.json, which names it by its text: lines move.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const product = join(root, "server/Platform");
const measured = Object.values(JSON.parse(readFileSync(process.argv[2], "utf8")));
const reasons = JSON.parse(readFileSync(join(root, "server/Tests/coverage.json"), "utf8"));

/** By file the lines that hold code, how often each was reached, and the branches of each. */
const files = new Map();
for (const [path, types] of measured.flatMap(Object.entries)) {
  const file = relative(product, path);
  if (file.startsWith("..") || /\.g\.cs$|\/obj\//.test(file)) continue;
  const lines = files.get(file) ?? new Map();
  files.set(file, lines);
  for (const { Lines, Branches } of Object.values(types).flatMap(Object.values)) {
    for (const [number, hits] of Object.entries(Lines)) at(lines, number).hits += hits;
    for (const { Line, Hits } of Branches) at(lines, Line).branches.push(Hits > 0);
  }
}

function at(lines, number) {
  if (!lines.has(Number(number))) lines.set(Number(number), { hits: 0, branches: [] });
  return lines.get(Number(number));
}

const rows = [];
const missed = [];
for (const [file, lines] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const source = readFileSync(join(product, file), "utf8").split("\n");
  // What stands at the heading of a record is the compiler's own.
  for (const number of lines.keys()) if (/^([a-z]+ )*record (struct )?[A-Z]/.test(source[number - 1].trim())) lines.delete(number);
  const all = [...lines.values()];
  const branches = all.flatMap((line) => line.branches);
  rows.push({ file, lines: all.length, reached: all.filter(({ hits }) => hits > 0).length, branches: branches.length, taken: branches.filter(Boolean).length });
  for (const [number, { hits, branches: those }] of [...lines].sort(([a], [b]) => a - b)) {
    const untaken = those.filter((taken) => !taken).length;
    if (hits > 0 && untaken === 0) continue;
    const code = source[number - 1].trim();
    missed.push({ file, number, code, what: hits === 0 ? "the line" : `${untaken} of ${those.length} branches`, why: reasons.find((one) => one.file === file && one.code === code)?.why });
  }
}

const sum = (of) => rows.reduce((total, row) => total + row[of], 0);
const share = (part, whole) => (whole === 0 ? "" : `${Math.floor((1000 * part) / whole) / 10} %`);
const stale = reasons.filter((one) => !missed.some(({ file, code }) => file === one.file && code === one.code));
writeFileSync(join(root, "docs/en/coverage.md"), `# What the tests reach of authentication

\`bin/coverage\` runs the tests of people, sessions, passwords, tokens, requests and limits with coverlet, and writes this page. What a
test starts as a process of its own is not counted. Of ${sum("lines")} lines ${sum("reached")} are reached (${share(sum("reached"), sum("lines"))}), of ${sum("branches")} branches ${sum("taken")} are taken
(${share(sum("taken"), sum("branches"))}). What is not stands below with the reason; a new one without a reason fails. Whether the tests would notice as well is what
[bin/guards](guards.md) asks.

| where | not reached | code | why |
|---|---|---|---|
${missed.map(({ file, what, code, why }) => `| \`${file}\` | ${what} | \`${code.replaceAll("|", "\\|")}\` | ${why ?? "**no reason yet**"} |`).join("\n")}

| file | lines | reached | branches | taken |
|---|---|---|---|---|
${rows.map(({ file, lines, reached, branches, taken }) => `| \`${file}\` | ${lines} | ${share(reached, lines)} | ${branches} | ${share(taken, branches)} |`).join("\n")}
`);

const open = missed.filter(({ why }) => !why);
for (const { file, number, what, code } of open) console.error(`not reached: ${file}:${number} (${what}) ${code}`);
for (const { file, code } of stale) console.error(`reached by now, so the reason can go: ${file} ${code}`);
console.log(`${missed.length - open.length} passed, ${open.length + stale.length} failed, 0 skipped`);
process.exitCode = open.length + stale.length > 0 ? 1 : 0;

// Writes docs/en/operate/asvs.md from what the tests of the server and the stories have shown, or says that it differs. A test names the
// requirement that it shows by a trait, [Trait("asvs", "7.2.4")], a story by { asvs: ["7.4.4"] }. Which requirements there are, and why
// we deviate, stands in server/Tests/asvs.json.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [, , ofServer, ofStories, verb] = process.argv;
const root = new URL("../../", import.meta.url);
const page = new URL("docs/en/operate/asvs.md", root);
const requirements = JSON.parse(readFileSync(new URL("server/Tests/asvs.json", root), "utf8"));

const entities = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
const plain = (text) => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => entities[name]);

/** Of each requirement the tests that show it, and whether all of their cases passed. */
function read(xml, stories) {
  const shown = new Map();
  const add = (id, name, passed) => {
    const tests = shown.get(id) ?? new Map();
    tests.set(name, (tests.get(name) ?? true) && passed);
    shown.set(id, tests);
  };
  for (const [, head, body] of xml.matchAll(/<test\s([^>]*?)(?:\/>|>([\s\S]*?)<\/test>)/g)) {
    const attribute = (name) => plain(new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1] ?? "");
    const name = `${attribute("type").split(".").at(-1)}: ${attribute("method").replaceAll("_", " ")}`;
    for (const [, id] of (body ?? "").matchAll(/<trait name="asvs" value="([^"]*)"/g)) add(id, name, attribute("result") === "Pass");
  }
  for (const { id, test, passed } of stories) add(id, `In the browser: ${test}`, passed);
  return shown;
}

function write(shown) {
  const rows = requirements.map(({ id, level, asks, instead }) => {
    const tests = [...(shown.get(id) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const result = tests.length === 0 ? "no test" : tests.every(([, passed]) => passed) ? "passed" : "**failed**";
    return { id, level, asks, instead, result, tests: tests.map(([name]) => name) };
  });
  const known = new Set(requirements.map(({ id }) => id));
  const unknown = [...shown.keys()].filter((id) => !known.has(id));
  if (unknown.length > 0) throw new Error(`A test names ${unknown.join(", ")}, which server/Tests/asvs.json does not hold.`);
  const count = (result) => rows.filter((row) => row.result === result).length;
  return `# Against OWASP ASVS 5.0

Which requirements of the [Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/)
touch what is built so far, in our words, and which tests show them. \`bin/asvs\` writes this page from a run of the tests, and \`bin/test\`
fails where it says anything else. ${count("passed")} are shown by tests that pass; of ${count("no test")} there is none, which is said as well.

| row | level | what it asks | shown by | result |
|---|---|---|---|---|
${rows.map(({ id, level, asks, tests, result }) => `| ${id} | ${level} | ${asks} | ${tests.join("<br>")} | ${result} |`).join("\n")}

## Where we deviate, or show it otherwise

${rows
  .filter(({ instead }) => instead)
  .map(({ id, instead }) => `- **${id}**: ${instead}`)
  .join("\n")}

Second factors, passkeys and sign-in by others are not there yet, so their requirements are not in the table.
`;
}

const now = write(read(readFileSync(ofServer, "utf8"), JSON.parse(readFileSync(ofStories, "utf8"))));
if (verb === "write") {
  writeFileSync(page, now);
} else if (now !== readFileSync(page, "utf8")) {
  process.stderr.write(`${fileURLToPath(page)} does not say what the tests have shown: run bin/asvs, and look at what changed\n`);
  console.log("0 passed, 1 failed, 0 skipped");
} else {
  console.log("1 passed, 0 failed, 0 skipped");
}

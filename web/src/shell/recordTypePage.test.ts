import ts from "typescript";
import { expect, it } from "vitest";

// What docs/en/add-a-record-type.md has people write is put among the sources, in memory and under another name (whoever
// follows the page to the letter has the one that it uses for himself), and compiled there.

const root = ts.sys.getCurrentDirectory();
const source = (path: string) => ts.sys.readFile(`${root}/${path}`) ?? "";
const renamed = (text: string) => text.replaceAll("Quote", "Bid").replaceAll("quote", "bid");
const page = renamed(source("../docs/en/add-a-record-type.md"));

const blocks = (language: string): readonly string[] =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gmsu)].flatMap(([, name, text]) =>
    name === language && text !== undefined ? [text] : [],
  );

/** Puts a text behind each place; a place that is not there is a fault of this test. */
function into(text: string, places: readonly (readonly [string, string])[]): string {
  return places.reduce((before, [place, more]) => {
    expect(before).toContain(place);
    return before.replace(place, `${place}${more}`);
  }, text);
}

/** What `bin/contract` makes of the class on the page. */
const contract = into(source("src/contract/contract.ts"), [
  ["export type RecordTypeName =", '\n  | "solo.bid"'],
  ["export type ScopeName =", '\n  | "solo.bids"'],
  ["export interface RecordTypes {", '\n  "solo.bid": SoloBid;'],
  ["export interface CreateValues {", '\n  "solo.bid": Partial<SoloBid> & Pick<SoloBid, "name">;'],
  [
    "export interface SettableFields {",
    '\n  "solo.bid": "name" | "number" | "customer" | "party" | "state" | "budget" | "currency";',
  ],
]).concat(`
export interface SoloBid {
  readonly name: string;
  readonly number: string | null;
  readonly customer: string | null;
  readonly party: string | null;
  readonly state: "open" | "done";
  readonly budget: number | null;
  readonly currency: string | null;
}
`);

function texts(): string {
  const [errors, records, own, actions] = blocks("json").map((text) =>
    JSON.parse(`{${text.trim().replace(/,$/u, "")}}`),
  );
  const english = JSON.parse(source("src/locales/en.json"));
  return JSON.stringify({
    ...english,
    ...own,
    errors: { ...english.errors, ...errors },
    records: { ...english.records, solo: { ...english.records.solo, ...records } },
    actions: { ...english.actions, ...actions },
  });
}

function sources(): ReadonlyMap<string, string> {
  const [list, dialog, detail, pages] = blocks("tsx");
  const [inside, routes, lists] = blocks("ts");
  const router = into(source("src/shell/router.tsx"), [
    ["const routeTree", ""],
    ["projects.addChildren([project]),", "\n    bids.addChildren([bid]),"],
  ]);
  const files = {
    "src/apps/solo/bids/list.tsx": list,
    "src/apps/solo/bids/NewBidDialog.tsx": dialog,
    "src/apps/solo/bids/BidDetail.tsx": detail,
    "src/apps/solo/bids/pages.tsx": pages,
    "src/shell/inside.ts": `${source("src/shell/inside.ts")}${inside}`,
    "src/shell/router.tsx": router.replace("const routeTree", `${routes}\nconst routeTree`),
    "src/shell/lists.ts": `import { bidList } from "@/apps/solo/bids/list";\n${source("src/shell/lists.ts").replace(/^export const lists.*\n/mu, lists ?? "")}`,
    "src/contract/contract.ts": contract,
    "src/locales/en.json": texts(),
  };
  return new Map(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text ?? ""]));
}

function faultsIn(files: ReadonlyMap<string, string>): readonly string[] {
  const config = ts.parseJsonConfigFileContent(JSON.parse(source("tsconfig.json")), ts.sys, root);
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile } = host;
  const folders = new Set([...files.keys()].map((path) => path.replace(/\/[^/]+$/u, "")));
  host.directoryExists = (path) => folders.has(path) || ts.sys.directoryExists(path);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, version) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, version);
  };
  const written = [...files.keys()].filter((path) => /\.tsx?$/u.test(path));
  const rooms = config.fileNames.filter((path) => path.endsWith(".d.ts"));
  const program = ts.createProgram([...written, ...rooms], config.options, host);
  return written.flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${path.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  });
}

it("compiles as it is printed", { timeout: 180_000 }, () => {
  const files = sources();
  expect(faultsIn(files)).toEqual([]);
  expect([blocks("tsx").length, blocks("ts").length, blocks("json").length]).toEqual([4, 3, 4]);
});

it("has a text for every field that the record has", () => {
  const [, records] = blocks("json");
  const fields = /interface SoloBid \{(.*?)\}/su.exec(contract)?.[1] ?? "";
  for (const [, field] of fields.matchAll(/readonly (\w+)/gu)) expect(records).toContain(`"${field}": "`);
});

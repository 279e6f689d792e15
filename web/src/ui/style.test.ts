import { describe, expect, it } from "vitest";

const sheets = import.meta.glob<string>("/src/**/*.css", { query: "?raw", import: "default", eager: true });
const code = import.meta.glob<string>(["/src/**/*.{ts,tsx}", "!/src/**/*.test.*"], {
  query: "?raw",
  import: "default",
  eager: true,
});

const sides = "left|right";
/** What names a side of the screen in a style sheet, where one of the text is meant. */
const inSheet = [
  new RegExp(
    `(?:^|[{;\\s])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:${sides})|${sides})[\\w-]*\\s*:`,
    "u",
  ),
  new RegExp(`(?:text-align|float|clear|caption-side)\\s*:\\s*(?:${sides})`, "u"),
  /border-(?:top|bottom)-(?:left|right)-radius/u,
];
/** The same in components: Mantine's short props, and styles as objects. */
const inComponent = [
  /\s(?:ml|mr|pl|pr|left|right)=[{"]/u,
  /\b(?:margin|padding|border)(?:Left|Right)\b/u,
  /textAlign: "(?:left|right)"|\sta="(?:left|right)"/u,
];

function found(files: Record<string, string>, patterns: readonly RegExp[]): string[] {
  return Object.entries(files).flatMap(([path, text]) =>
    text
      .split("\n")
      .filter((line) => patterns.some((pattern) => pattern.test(line)))
      .map((line) => `${path}: ${line.trim()}`),
  );
}

describe("right to left is only a direction", () => {
  it("names the sides of the text, never those of the screen", () => {
    expect(found(sheets, inSheet)).toEqual([]);
    expect(found(code, inComponent)).toEqual([]);
  });

  it.each([
    "margin-left: 1px;",
    "  left: 0;",
    ".a { padding-right: 0 }",
    "text-align: right;",
    "border-left-width: 0",
  ])("finds %s", (line) => {
    expect(found({ "a.css": line }, inSheet)).toHaveLength(1);
  });

  it.each(['<Text ml="sm">', "<Box right={0}>", "style={{ marginLeft: 2 }}", '<Text ta="right">'])(
    "finds %s",
    (line) => {
      expect(found({ "a.tsx": line }, inComponent)).toHaveLength(1);
    },
  );

  it.each(["margin-inline-start: 1px;", "text-align: start;", "direction: ltr;"])("lets %s stand", (line) => {
    expect(found({ "a.css": line }, inSheet)).toEqual([]);
  });
});

/** The words in the names of icons that point along the line of reading. */
const pointing = /^Icon\w*(?:Left|Right|Back|Forward|Logout|Login|Send|Indent|Outdent)/u;

function pointingIcons(files: Record<string, string>): string[] {
  const names = Object.values(files).flatMap((text) => text.match(/\bIcon[A-Z]\w+/gu) ?? []);
  return [...new Set(names)].filter((name) => pointing.test(name)).sort();
}

function classOf(icon: string): string {
  return `.tabler-icon${icon.slice(4).replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

describe("icons that point", () => {
  it("are mirrored by base.css where the page is written from the right", () => {
    const base = sheets["/src/ui/base.css"] ?? "";
    const mirrored = base.match(/\.tabler-icon-[\w-]+/gu) ?? [];
    expect(pointingIcons(code)).not.toEqual([]);
    expect(pointingIcons(code).filter((icon) => mirrored.every((each) => each !== classOf(icon)))).toEqual(
      [],
    );
  });
});

/** Below so many declarations two rules may be alike by chance. */
const manyDeclarations = 5;

/** Rules of style sheets that say the same, a line each: `a.css .one, b.css .other`. */
function saidTwice(files: Record<string, string>): string[] {
  const places = new Map<string, string[]>();
  for (const [path, text] of Object.entries(files)) {
    for (const [, selector = "", body = ""] of text
      .replace(/\/\*[\s\S]*?\*\//gu, "")
      .matchAll(/([^{}]+)\{([^{}]*)\}/gu)) {
      const declarations = body
        .split(";")
        .map((one) => one.trim())
        .filter((one) => one !== "");
      if (declarations.length < manyDeclarations) continue;
      const said = declarations.sort().join();
      places.set(said, [...(places.get(said) ?? []), `${path} ${selector.trim()}`]);
    }
  }
  return [...places.values()].filter((where) => where.length > 1).map((where) => where.join(", "));
}

describe("style sheets", () => {
  it("say nothing twice: what two share is a component", () => {
    expect(saidTwice(sheets)).toEqual([]);
  });

  it("are found out where they do", () => {
    const [rule, turned] = [
      ["a: 1", "b: 2", "c: 3", "d: 4", "e: 5"],
      ["e: 5", "d: 4", "c: 3", "b: 2", "a: 1"],
    ];
    expect(
      saidTwice({
        "a.css": `.one { ${rule.join("; ")} }`,
        "b.css": `/* x */ .other { ${turned.join("; ")}; }`,
      }),
    ).toEqual(["a.css .one, b.css .other"]);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "lightningcss";
import type { Plugin } from "vite";

const web = fileURLToPath(new URL("..", import.meta.url));
const library = join(web, "node_modules/@mantine/core/esm");

function read(folder: string, ending: RegExp): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    ending.test(name),
  );
  return files.map((name) => readFileSync(join(folder, name), "utf8"));
}

/** The names that a text imports, by where from. */
function importsOf(text: string): readonly (readonly [names: readonly string[], from: string])[] {
  return [...text.matchAll(/import\s+(?:type\s+)?([^;]*?)\s+from\s+"([^"]+)"/gu)].map(
    ([, what = "", from = ""]) => [what.match(/\w+/gu) ?? [], from],
  );
}

/** The classes of every component that is used, and of what these are made of. */
function usedClasses(): ReadonlySet<string> {
  const sources = [
    ...read(join(web, "src"), /\.tsx?$/u),
    ...read(join(web, "node_modules/@mantine/spotlight/esm"), /\.mjs$/u),
  ];
  const names = new Set(
    sources.flatMap(importsOf).flatMap(([imported, from]) => (from === "@mantine/core" ? imported : [])),
  );
  const parts = importsOf(readFileSync(join(library, "index.mjs"), "utf8"));
  const waiting = parts
    .filter(([exported]) => exported.some((name) => names.has(name)))
    .map(([, from]) => join(library, from));
  const seen = new Set<string>();
  const classes = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".module.mjs"))
      for (const [name] of text.matchAll(/\bm_[0-9a-f]+/gu)) classes.add(name);
    for (const [, from] of importsOf(text)) if (from.startsWith(".")) waiting.push(join(dirname(file), from));
  }
  return classes;
}

/** Leaves out of Mantine's styles those of components that nobody uses, which are most. */
export function mantineStyles(): Plugin {
  return {
    name: "holdfast:mantine-styles",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("@mantine/core/styles.layer.css")) return null;
      const used = usedClasses();
      const isUnused = (name: string) => /^m_[0-9a-f]+$/u.test(name) && !used.has(name);
      const { code: smaller } = transform({
        filename: id,
        code: Buffer.from(code),
        visitor: {
          Rule: {
            style: ({ value: { selectors } }) =>
              selectors.every((selector) =>
                selector.some((part) => part.type === "class" && isUnused(part.name)),
              )
                ? []
                : undefined,
          },
        },
      });
      return { code: smaller.toString(), map: null };
    },
  };
}

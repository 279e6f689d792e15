// What the languages do not say yet, or no longer rightly:  npm run -s texts > wish.json
// Puts what was translated into their files:  npm run -s texts -- wish.json
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const load = async (path) =>
  (await runnerImport(path, { root, configFile: false, logLevel: "error" })).module;
const { arrange, flatten, neededTexts, review } = await load("/src/ui/language/catalogue.ts");
const { languages } = await load("/src/ui/language/languages.ts");

const fileOf = (language) => `${root}src/locales/${language}.json`;
const textsOf = (language) => flatten(JSON.parse(readFileSync(fileOf(language), "utf8")));
const english = textsOf("en");
const others = Object.keys(languages).filter((language) => language !== "en");

function wish() {
  const wishes = others.flatMap((language) => {
    const { missing, torn } = review(english, textsOf(language), language);
    const needed = neededTexts(english, language);
    // What lost a hole was translated from an English text that has changed since.
    const wanted = { ...missing, ...Object.fromEntries(torn.map((key) => [key, needed[key]])) };
    return Object.keys(wanted).length === 0 ? [] : [[language, wanted]];
  });
  process.stdout.write(`${JSON.stringify(Object.fromEntries(wishes), null, 2)}\n`);
}

/** All or nothing: a file with a fault changes none of the languages. */
function take(path) {
  const given = JSON.parse(readFileSync(path, "utf8"));
  const faults = [];
  const merged = Object.entries(given).map(([language, texts]) => {
    if (!others.includes(language)) faults.push(`'${language}' is none of ${others.join(", ")}`);
    else {
      const { surplus, torn } = review(english, texts, language);
      const needed = neededTexts(english, language);
      faults.push(...surplus.map((key) => `${language}: English has no '${key}'`));
      faults.push(
        ...torn.map((key) => `${language}: '${key}' needs the same {{holes}} and <marks> as: ${needed[key]}`),
      );
    }
    return [language, texts];
  });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  for (const [language, texts] of merged) {
    const tree = arrange(english, { ...textsOf(language), ...texts }, language);
    writeFileSync(fileOf(language), `${JSON.stringify(tree, null, 2)}\n`);
  }
}

const [, , path] = process.argv;
try {
  if (path === undefined) wish();
  else take(path);
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./paths.mjs";

function treeOf(language) {
  return JSON.parse(readFileSync(join(paths.locales, `${language}.json`), "utf8"));
}

/** The words of one language by their keys, so that a screen can be reworded without touching a story. */
function textsOf(language) {
  const tree = treeOf(language);
  return (key, holes = {}) => {
    const text = key.split(".").reduce((branch, part) => branch?.[part], tree);
    if (typeof text !== "string") throw new Error(`There is no text '${key}' in ${language}.`);
    return text.replace(/\{\{(\w+)\}\}/gu, (_, hole) => {
      if (!(hole in holes)) throw new Error(`'${key}' needs '${hole}'.`);
      return holes[hole];
    });
  };
}

/** What a text can look like: every plural form of it, with any number in it, as the source of a regular expression. */
export function patternOf(key) {
  const path = key.split(".");
  const last = path.pop();
  const branch = path.reduce((tree, part) => tree?.[part], treeOf("en")) ?? {};
  const forms = [last, `${last}_zero`, `${last}_one`, `${last}_other`]
    .map((name) => branch[name])
    .filter((text) => typeof text === "string");
  if (forms.length === 0) throw new Error(`There is no text '${key}'.`);
  return forms.map((text) => text.replaceAll("{{count}}", "\\d+")).join("|");
}

export const english = textsOf("en");
export const german = textsOf("de");
export const t = english;

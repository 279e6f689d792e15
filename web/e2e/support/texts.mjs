import { readFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./paths.mjs";

/** The words of one language by their keys, so that a screen can be reworded without touching a story. */
function textsOf(language) {
  const tree = JSON.parse(readFileSync(join(paths.locales, `${language}.json`), "utf8"));
  return (key, holes = {}) => {
    const text = key.split(".").reduce((branch, part) => branch?.[part], tree);
    if (typeof text !== "string") throw new Error(`There is no text '${key}' in ${language}.`);
    return text.replace(/\{\{(\w+)\}\}/gu, (_, hole) => {
      if (!(hole in holes)) throw new Error(`'${key}' needs '${hole}'.`);
      return holes[hole];
    });
  };
}

export const english = textsOf("en");
export const german = textsOf("de");
export const t = english;

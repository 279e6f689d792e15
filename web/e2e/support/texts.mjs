import { readFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./paths.mjs";

/** What is put into a sentence that is written from the right is kept apart from it, as the page does. */
const apart = (text) => `\u2068${text}\u2069`;

/** The words of one language by their keys, so that a screen can be reworded without touching a story. */
function textsOf(language, { put = (text) => text } = {}) {
  const tree = JSON.parse(readFileSync(join(paths.locales, `${language}.json`), "utf8"));
  return (key, holes = {}) => {
    const text = key.split(".").reduce((branch, part) => branch?.[part], tree);
    if (typeof text !== "string") throw new Error(`There is no text '${key}' in ${language}.`);
    return text.replace(/\{\{(\w+)\}\}/gu, (_, hole) => {
      if (!(hole in holes)) throw new Error(`'${key}' needs '${hole}'.`);
      return put(holes[hole]);
    });
  };
}

export const english = textsOf("en");
export const german = textsOf("de");
export const albanian = textsOf("sq");
export const arabic = textsOf("ar", { put: apart });
export const t = english;

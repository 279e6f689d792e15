import { stripVTControlCharacters } from "node:util";

export function say(line) {
  process.stdout.write(`${line}\n`);
}

function indented(text) {
  return stripVTControlCharacters(String(text)).replace(/^/gmu, "        ");
}

/** What went wrong, and what else helps to find out why. */
export function sayFailure(error, hints = []) {
  say(indented(error instanceof Error ? error.stack : error));
  for (const hint of hints) say(indented(hint));
}

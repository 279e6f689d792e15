import { basename } from "node:path";

/** Every story that was told to us, in the order of the files. */
export const stories = [];

/** A test: its name is a sentence that is true, `run` gets a world of its own. */
export function story(meta, name, run) {
  stories.push({ file: basename(meta.url), name, run });
}

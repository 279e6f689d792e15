import { basename } from "node:path";

/** Every story that was told to us, in the order of the files. */
export const stories = [];

/**
 * A test: its name is a sentence that is true, `run` gets a world of its own. `asvs` names the requirements of OWASP ASVS that it
 * shows: docs/en/operate/asvs.md.
 */
export function story(meta, name, run, { asvs = [] } = {}) {
  stories.push({ file: basename(meta.url), name, run, asvs });
}

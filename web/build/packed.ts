import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin } from "vite";

const output = fileURLToPath(new URL("../dist", import.meta.url));
const text = /\.(js|css|html|svg)$/u;

/**
 * Puts a packed copy (`.br`) beside each file of text. The server hands it out as it is: to pack as well as that would take
 * too long while somebody waits.
 */
export function packed(): Plugin {
  return {
    name: "holdfast:packed",
    apply: "build",
    closeBundle: {
      // After the service worker, which knows the files by their own names and is packed too.
      order: "post",
      sequential: true,
      handler() {
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        for (const name of readdirSync(output, { recursive: true, encoding: "utf8" }))
          if (text.test(name)) {
            const file = join(output, name);
            writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
          }
      },
    },
  };
}

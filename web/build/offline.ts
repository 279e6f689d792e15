import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const output = here("../dist");

/** What a page needs to open. Pictures for the machine's home screen are the machine's to keep. */
async function shellFiles(): Promise<readonly string[]> {
  const all = await readdir(output, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(output.length).replaceAll("\\", "/"))
    .filter(
      (path) => !path.startsWith("/icons/") && path !== "/manifest.webmanifest" && path !== "/worker.js",
    )
    .sort();
}

async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(join(output, file)));
  return hash.digest("hex");
}

/** Lays each file that gains by it beside itself as the smallest that Brotli can make of it, for the server to hand out. */
async function compress(): Promise<void> {
  const all = await readdir(output, { recursive: true });
  for (const file of all.filter((name) => /\.(html|js|css|svg|webmanifest)$/u.test(name))) {
    const path = join(output, file);
    await writeFile(`${path}.br`, brotliCompressSync(await readFile(path)));
  }
}

/** Builds the service worker after the page, for it names each file of the page; with any of them it is another one. */
export function serviceWorker(): Plugin {
  return {
    name: "holdfast:service-worker",
    apply: "build",
    async closeBundle() {
      const files = await shellFiles();
      await build({
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        resolve: { alias: { "@": here("../src") } },
        define: {
          SHELL_FILES: JSON.stringify(files),
          SHELL_VERSION: JSON.stringify((await digestOf(files)).slice(0, 16)),
          SHELL_PAGE: JSON.stringify(await digestOf(["/index.html"])),
        },
        build: {
          outDir: output,
          emptyOutDir: false,
          rolldownOptions: {
            input: here("../src/platform/offline/worker.ts"),
            output: { format: "iife", entryFileNames: "worker.js", codeSplitting: false },
          },
        },
      });
      await compress();
    },
  };
}

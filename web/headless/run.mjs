// node run.mjs PROGRAM [ARGUMENT]...: runs one of the programs here, which is the browser's engine without a browser. With
// HOLDFAST_CONTRACT it follows the contract in that file instead of the product's.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

const [program] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url));
const contract = process.env.HOLDFAST_CONTRACT;

const { output } = await build({
  root,
  configFile: false,
  logLevel: "error",
  resolve: { alias: { "@": join(root, "src") } },
  ssr: { noExternal: true },
  plugins: contract
    ? [
        {
          name: "another contract",
          enforce: "pre",
          load: (id) =>
            id.endsWith("/contract/contract.json")
              ? { code: `export default ${readFileSync(contract, "utf8")}`, moduleType: "js" }
              : null,
        },
      ]
    : [],
  build: {
    ssr: join(root, "headless", program),
    write: false,
    target: "node20",
    rollupOptions: { output: { codeSplitting: false } },
  },
});

const folder = mkdtempSync(join(tmpdir(), "holdfast-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const bundle = join(folder, "program.mjs");
writeFileSync(bundle, output[0].code);
await import(pathToFileURL(bundle).href);

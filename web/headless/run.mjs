// node run.mjs PROGRAM [ARGUMENT]...: runs one of the programs here, which is the browser's engine without a browser. With
// HOLDFAST_CONTRACT it follows the contract in that file instead of the product's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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

// Without a file there is nothing to clear away, however the program ends.
await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mantineStyles } from "./build/mantineStyles.ts";
import { serviceWorker } from "./build/offline.ts";

const server = "http://localhost:8400";

export default defineConfig({
  plugins: [react(), mantineStyles(), serviceWorker()],
  resolve: {
    alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) },
  },
  server: {
    // contract.json lies beside web/, at the root of the repository.
    fs: { allow: [".", "../contract"] },
    proxy: {
      // The server takes sockets from its own address alone.
      "/api": { target: server, ws: true, rewriteWsOrigin: true },
      "/health": server,
    },
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // The content policy allows our own files alone: no data: addresses, no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "e2e/**/*.test.mjs"],
    // A test reads the style sheets themselves.
    css: { include: [/\?raw$/u] },
  },
});

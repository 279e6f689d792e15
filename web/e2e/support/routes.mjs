import { readFileSync } from "node:fs";
import { paths } from "./paths.mjs";

/** Every page that the router knows, with $ for what is an id: `/w/$/customers/$`. */
export function routes() {
  const source = readFileSync(paths.router, "utf8");
  const found = source.matchAll(
    /const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*path: "([^"]+)"/gu,
  );
  const parents = new Map([...found].map(([, name, parent, path]) => [name, { parent, path }]));
  const whole = (name) => {
    const { parent, path } = parents.get(name);
    return `${parents.has(parent) ? whole(parent) : ""}${path === "/" ? "" : path}`;
  };
  // What only frames others is no page: its own is the one with nothing behind it.
  return [...new Set([...parents.keys()].map((name) => whole(name).replace(/\$\w+/gu, "$") || "/"))].sort();
}

/** The route of an address. */
export function routeOf(address) {
  return new URL(address).pathname
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, "$")
    .replace(/(.)\/$/u, "$1");
}

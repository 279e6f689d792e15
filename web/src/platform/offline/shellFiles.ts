/** What all names of caches of the shell begin with. */
export const shellCaches = "holdfast.shell.";

/**
 * Which file of the shell answers a request; `null` where only the server can. The server draws the same line between
 * pages and the rest.
 */
export function fileFor(
  { method, mode, url }: Pick<Request, "method" | "mode" | "url">,
  origin: string,
  files: ReadonlySet<string>,
): string | null {
  const asked = new URL(url);
  if (method !== "GET" || asked.origin !== origin) return null;
  if (files.has(asked.pathname)) return asked.pathname;
  const isPage =
    mode === "navigate" &&
    !/^\/(api|health|assets)(\/|$)/iu.test(asked.pathname) &&
    !/\.[^/]*$/u.test(asked.pathname);
  return isPage ? "/index.html" : null;
}

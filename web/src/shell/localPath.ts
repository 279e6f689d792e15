/** A path on this site, or nothing: a link must not be able to send who signs in somewhere else. */
export function localPath(wanted: unknown): string | null {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return null;
  const base = "https://here.invalid";
  try {
    const url = new URL(wanted, base);
    // A path that begins with two slashes would be read as an address of another site.
    const isHere = url.origin === base && !url.pathname.startsWith("//");
    return isHere ? url.pathname + url.search + url.hash : null;
  } catch {
    return null;
  }
}

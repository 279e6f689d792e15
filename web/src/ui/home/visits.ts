/** Who was not seen for so long, in milliseconds, was away, and comes back to what others changed meanwhile. */
export const awayAfter = 60 * 60_000;
/** How often a home notes that its owner is there, in milliseconds: what he saw within it may be told him again. */
export const notedEvery = 30 * 60_000;

/** What a home remembers of a moment at which its owner is there. */
export interface Visit {
  readonly visitedAt: string;
  /** With a new visit: what came after it is news. */
  readonly seenAt?: string;
}

/**
 * What to note of a moment, in milliseconds since 1970; `null` where it was noted lately. By the server's clock the owner was
 * there last when the home was changed last, so that is since when there is news.
 */
export function visitAt(now: number, { updatedAt }: { readonly updatedAt: string }): Visit | null {
  const quiet = now - Date.parse(updatedAt);
  if (quiet < notedEvery) return null;
  const visitedAt = new Date(now).toISOString();
  return quiet < awayAfter ? { visitedAt } : { visitedAt, seenAt: updatedAt };
}

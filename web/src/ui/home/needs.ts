import type { Icon } from "@tabler/icons-react";
import type { Tone } from "@/ui/Pill";

/** Something that waits for me. */
export interface Need {
  readonly id: string;
  readonly icon: Icon;
  readonly name: string;
  readonly detail: string;
  /** Why it needs me, in a word or two. */
  readonly sign: string;
  readonly tone: Extract<Tone, "red" | "amber" | "blue" | "grey">;
  /** Where it is seen to, an address in this product. */
  readonly to?: string;
}

/** One kind of thing that can wait for people. `shell/home/NeedsMe.tsx` lists them. */
export interface NeedSource {
  readonly id: string;
  /** A hook: what of it waits for me now, the most pressing first. */
  useNeeds(): readonly Need[];
}

export function defineNeeds(source: NeedSource): NeedSource {
  return source;
}

const urgency: readonly Need["tone"][] = ["red", "amber", "blue", "grey"];

/** The most pressing first; of the same urgency in the order in which they came. */
export function byUrgency(needs: readonly Need[]): readonly Need[] {
  return needs.toSorted((one, other) => urgency.indexOf(one.tone) - urgency.indexOf(other.tone));
}

import type { SetOperation } from "@/engine/protocol";
import type { DeadLetter } from "@/engine/types";

/** The value that a refused transaction would have set, if it was about one value. */
export function refusedWrite({ operations }: DeadLetter): SetOperation | null {
  const [only, ...others] = operations;
  return only?.op === "set" && others.length === 0 && only.value !== null ? only : null;
}

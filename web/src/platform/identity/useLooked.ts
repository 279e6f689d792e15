import { useEffect, useState } from "react";
import { ApiError } from "@/engine/api";
import type { Complaint } from "@/ui/record/validate";

export type Looked<Found> =
  | { readonly state: "found"; readonly token: string; readonly found: Found }
  | { readonly state: "refused"; readonly token: string; readonly problem: Complaint };

/**
 * Where a link leads, without using it up: `null` until the server has answered for its token.
 *
 * @param look the call that asks; the same function each time
 */
export function useLooked<Found>(
  token: string | undefined,
  look: (token: string) => Promise<Found>,
): Looked<Found> | null {
  const [looked, setLooked] = useState<Looked<Found> | null>(null);
  useEffect(() => {
    if (token === undefined) return;
    let wanted = true;
    look(token).then(
      (found) => wanted && setLooked({ state: "found", token, found }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setLooked({ state: "refused", token, problem: error.problem });
      },
    );
    return () => {
      wanted = false;
    };
  }, [token, look]);
  // Another link that is opened in this tab changes the address of the page and loads nothing.
  return looked?.token === token ? looked : null;
}

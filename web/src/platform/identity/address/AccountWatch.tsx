import { useWhileSeen } from "@/ui/useWhileSeen";
import { refreshAccount } from "../session";

/** A link is mostly opened in another tab or at another device: whoever comes back sees at once what came of it. */
const pauseMs = 5_000;

/**
 * Asks again and again who I am, as long as it is there: for what waits for a link.
 *
 * @param look what is asked besides; the same function each time
 */
export function AccountWatch({ look = refreshAccount }: { readonly look?: () => Promise<void> }) {
  useWhileSeen(look, pauseMs);
  return null;
}

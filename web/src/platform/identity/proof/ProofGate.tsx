import { lazy, Suspense, useRef } from "react";
import { useIsProofAsked } from "./proof";

const ProofDialog = lazy(async () => ({ default: (await import("./ProofDialog")).ProofDialog }));

/** Stands beside every page, and loads the dialog when it is asked for first. */
export function ProofGate() {
  const asked = useIsProofAsked();
  const wasAsked = useRef(false);
  wasAsked.current ||= asked;
  return wasAsked.current ? (
    <Suspense>
      <ProofDialog opened={asked} />
    </Suspense>
  ) : null;
}

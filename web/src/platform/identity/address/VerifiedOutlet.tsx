import { Outlet, useMatches } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useAccount } from "../session";

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** Whether the page shows what the server gives only to whoever has confirmed the address, where it demands that. */
    readonly isInside?: boolean;
  }
}

const UnverifiedPage = lazy(async () => ({ default: (await import("./UnverifiedPage")).UnverifiedPage }));

/** Every page; but what asks for the address first, in the place of one that the server would refuse everything. */
export function VerifiedOutlet() {
  const isInside = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.isInside) });
  const account = useAccount();
  if (!isInside || account?.verification !== "required") return <Outlet />;
  return (
    <Suspense>
      <UnverifiedPage email={account.user.email} />
    </Suspense>
  );
}

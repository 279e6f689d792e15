import { useEffect } from "react";
import { useIsLive, useStatus } from "@/engine/react";
import { bringAccountUpToDate } from "@/platform/identity/session";
import { isShared } from "@/platform/identity/sharedComputer";
import { keepShell, lookForVersion, sendInBackground } from "@/platform/offline/versions";

/** Keeps the page for times without a network, unless this browser is to keep nothing, and what has to be done around that. */
export function useOffline(): void {
  const isLive = useIsLive();
  const waits = useStatus(({ connection, pending }) => pending > 0 && connection === "offline");

  useEffect(() => {
    if (isShared()) return;
    void keepShell();
  }, []);

  // A server that was replaced by a newer one has closed every line.
  useEffect(() => {
    if (!isLive) return;
    void lookForVersion();
    void bringAccountUpToDate();
  }, [isLive]);

  useEffect(() => {
    if (waits) void sendInBackground();
  }, [waits]);
}

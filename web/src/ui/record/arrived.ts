import type { RecordTypeName } from "@/contract/contract";
import type { Engine } from "@/engine/types";

/** Waits until a record that the server made is here; it comes by the socket, and without one nobody waits for it. */
export function arrived(engine: Engine, type: RecordTypeName, id: string): Promise<void> {
  return new Promise((resolve) => {
    const stops = [engine.subscribe(`${type}/${id}`, look), engine.subscribe("status", look)];
    function look(): void {
      if (engine.record(type, id) === undefined && engine.status().connection === "live") return;
      for (const stop of stops) stop();
      resolve();
    }
    look();
  });
}

import type { SettableFields } from "@/contract/contract";
import { newId } from "@/engine/ids";
import { create, set } from "@/engine/operations";
import type { Operation } from "@/engine/protocol";
import { useEngine, useLoaded, useMe, useRecords } from "@/engine/react";
import type { Engine, ValuesOf, View } from "@/engine/types";

type HomeField = Exclude<SettableFields["platform.home"], "member">;
export type HomeValues = Partial<Pick<ValuesOf<"platform.home">, HomeField>>;

/** Mine: the oldest, as two browsers can make one each at the same time. */
export function homeIn(engine: Engine): View<"platform.home"> | undefined {
  return engine.records("platform.home")[0];
}

interface Home {
  /** Nothing until the first visit. */
  readonly values: ValuesOf<"platform.home"> | undefined;
  /** Whether it is known yet what is kept. */
  readonly isReady: boolean;
  /** Answers by which id it is taken back; `null` where nothing could be kept. */
  readonly keep: (values: HomeValues) => string | null;
  /** Keeps what is no edit and nobody would take back: where one stands, what one has seen. */
  readonly note: (values: HomeValues) => void;
}

/** What is kept of my home in this workspace: live, without a network too, and on every device. */
export function useHome(): Home {
  const engine = useEngine();
  const { me } = useMe();
  const home = useRecords("platform.home")[0];
  const isReady = useLoaded("platform.home") === "ready" && me !== null;

  function operationsFor(values: HomeValues): readonly Operation[] {
    if (!isReady || me === null) return [];
    const held = homeIn(engine);
    if (held === undefined) return [create("platform.home", newId(), { member: me.member, ...values })];
    return (Object.keys(values) as HomeField[]).map((field) =>
      set("platform.home", held.id, field, values[field] ?? null),
    );
  }

  return {
    values: home?.values,
    isReady,
    // Each by itself: whoever takes back what he put away last keeps what he moved just before.
    keep: (values) => engine.transactInParts(operationsFor(values))[0]?.id ?? null,
    note(values) {
      const operations = operationsFor(values);
      if (operations.length > 0) engine.transact(operations, { undoable: false });
    },
  };
}

import { useMemo, useSyncExternalStore } from "react";
import type { RecordTypeName } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import type { Engine, View } from "@/engine/types";
import { valueIn } from "./fields";
import type { ListDeclaration } from "./list";

/** What records of other types are called, by their ids. */
export type Names = ReadonlyMap<string, string>;

export const nobody: Names = new Map();

/** The types that the columns of a list refer to. */
function targetsOf({ type, columns }: ListDeclaration): readonly RecordTypeName[] {
  const targets = columns.flatMap(({ field }) => fieldMeta(type, field)?.target ?? []);
  return [...new Set(targets)] as RecordTypeName[];
}

/** The names of all that the records of a list refer to; the same map until one of them changes. */
export class ReferredNames {
  readonly #engine: Engine;
  readonly #targets: readonly RecordTypeName[];
  #among: readonly (readonly View[])[] = [];
  #names: Names = nobody;

  constructor(engine: Engine, list: ListDeclaration) {
    this.#engine = engine;
    this.#targets = targetsOf(list);
  }

  readonly latest = (): Names => {
    const among = this.#targets.map((target) => this.#engine.records(target));
    if (among.some((records, at) => records !== this.#among[at])) {
      this.#among = among;
      const names = new Map(among.flat().map((one) => [one.id, String(valueIn(one, "name") ?? "")]));
      if (!sameNames(names, this.#names)) this.#names = names;
    }
    return this.#names;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const stops = this.#targets.map((target) => this.#engine.subscribe(target, listener));
    return () => {
      for (const stop of stops) stop();
    };
  };
}

function sameNames(one: Names, other: Names): boolean {
  return one.size === other.size && [...one].every(([id, name]) => other.get(id) === name);
}

export function useNames(list: ListDeclaration): Names {
  const engine = useEngine();
  const referred = useMemo(() => new ReferredNames(engine, list), [engine, list]);
  return useSyncExternalStore(referred.subscribe, referred.latest);
}

import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useSyncExternalStore,
} from "react";
import type { Permission, RecordTypeName } from "@/contract/contract";
import { contract, type FieldMeta, permissionOn } from "./metadata";
import type { Me } from "./protocol";
import type { DeadLetter, Engine, RecentChange, Status, Topic, View, Waiting } from "./types";

const EngineContext = createContext<Engine | null>(null);

/** Runs the engine while it is mounted, and gives it to the hooks below. */
export function EngineProvider({
  engine,
  children,
}: {
  readonly engine: Engine;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    engine.start();
    return () => engine.stop();
  }, [engine]);
  return createElement(EngineContext, { value: engine }, children);
}

export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  if (!engine) throw new Error("There is no EngineProvider above this component.");
  return engine;
}

export function useRecords<T extends RecordTypeName>(type: T): readonly View<T>[] {
  return useTopic(type, (engine) => engine.records(type));
}

/** All of it; or what is read of it, and drawn anew only when that is something else. */
export function useRecord<T extends RecordTypeName>(type: T, id: string): View<T> | undefined;
export function useRecord<T extends RecordTypeName, Answer>(
  type: T,
  id: string,
  read: (record: View<T> | undefined) => Answer,
): Answer;
export function useRecord<T extends RecordTypeName>(
  type: T,
  id: string,
  read = (record: View<T> | undefined): unknown => record,
): unknown {
  return useTopic(`${type}/${id}`, (engine) => read(engine.record(type, id)));
}

/** Whether the records of this type are here yet, or may not be read. */
export function useLoaded(type: RecordTypeName): Status["scopes"][keyof Status["scopes"]] {
  return useStatus(({ scopes }) => scopes[contract.records[type].scope]);
}

/** Whether the server has more records of this type than are here. */
export function useWindow(type: RecordTypeName): boolean {
  return useStatus(({ windows }) => windows.includes(contract.records[type].scope));
}

/** All of it; or what is read of it, and drawn anew only when that is something else. */
export function useStatus(): Status;
export function useStatus<Answer>(read: (status: Status) => Answer): Answer;
export function useStatus(read = (status: Status): unknown => status): unknown {
  return useTopic("status", (engine) => read(engine.status()));
}

/** Whether the server can be asked at this moment. */
export function useIsLive(): boolean {
  return useStatus(({ connection }) => connection === "live");
}

/** Who I am here, and what my role permits. */
export interface Rights {
  readonly me: Me | null;
  can(permission: Permission): boolean;
  /** Whether this field is shown to me, where its record is. */
  sees(type: RecordTypeName, field: FieldMeta): boolean;
  /** Whether I may change this field, where I may change its record. */
  changes(type: RecordTypeName, field: FieldMeta): boolean;
}

export function useMe(): Rights {
  const engine = useEngine();
  const me = useTopic("me", () => engine.me());
  const permits = (permission: Permission | undefined) => permission === undefined || engine.can(permission);
  return {
    me,
    can: (permission) => engine.can(permission),
    sees: (type, field) => permits(permissionOn("see", type, field)),
    changes: (type, field) => permits(permissionOn("change", type, field)),
  };
}

/** Says to the others that I look at this record, until the component goes. */
export function useLook(type: RecordTypeName, id: string | null): void {
  const engine = useEngine();
  useEffect(() => {
    if (id === null) return;
    engine.look({ type, id });
    return () => engine.look(null);
  }, [engine, type, id]);
}

/** The user ids of the others who look at this record. */
export function usePresence(type: RecordTypeName, id: string): readonly string[] {
  return useTopic("presence", (engine) => engine.presence({ type, id }));
}

/** Whether there is something to take back, and something to do again. */
export function useUndo(): { readonly canUndo: boolean; readonly canRedo: boolean } {
  const canUndo = useTopic("undo", (engine) => engine.canUndo());
  const canRedo = useTopic("undo", (engine) => engine.canRedo());
  return { canUndo, canRedo };
}

/** What waits to be sent, in its order. */
export function useWaiting(): readonly Waiting[] {
  return useTopic("queue", (engine) => engine.pending());
}

export function useDeadLetters(): readonly DeadLetter[] {
  return useTopic("deadLetters", (engine) => engine.deadLetters());
}

/** Someone else's change of the field (or of any field), for the few seconds in which to mark it. */
export function useRecentChange(type: RecordTypeName, id: string, field?: string): RecentChange | null {
  return useTopic("recent", (engine) => engine.recentChange({ type, id }, field));
}

function useTopic<Answer>(topic: Topic, read: (engine: Engine) => Answer): Answer {
  const engine = useEngine();
  const subscribe = useCallback((listener: () => void) => engine.subscribe(topic, listener), [engine, topic]);
  return useSyncExternalStore(subscribe, () => read(engine));
}

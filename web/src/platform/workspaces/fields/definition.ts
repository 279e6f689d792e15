import type { AccessField } from "@/contract/contract";
import { set } from "@/engine/operations";
import { draws, keyBetween } from "@/engine/orderKey";
import type { Operation } from "@/engine/protocol";
import type { View } from "@/engine/types";
import { fold } from "@/ui/language/fold";

export type Definition = View<"access.field">;
export type Kind = AccessField["kind"];

export const kinds: readonly Kind[] = ["text", "integer", "date", "boolean", "choice", "list"];

const longestKey = 40;

/** The key under which values will stand: the words of the label, as the server takes keys, and none that is taken. */
export function keyFor(label: string, taken: readonly string[]): string {
  const words = fold(label)
    .split(/[^a-z0-9]+/u)
    .filter(Boolean);
  const joined = words
    .map((word, index) => (index === 0 ? word : word.replace(/^[a-z]/u, (letter) => letter.toUpperCase())))
    .join("");
  const base = (/^[a-z]/u.test(joined) ? joined : `field${joined}`).slice(0, longestKey - 4);
  if (!taken.includes(base)) return base;
  for (let count = 2; ; count++) if (!taken.includes(`${base}${count}`)) return `${base}${count}`;
}

const draw = () => Math.floor(Math.random() * draws);

/** The place behind all others. */
export function lastPlace(definitions: readonly Definition[]): string {
  const places = definitions.flatMap(({ values }) => values.order ?? []);
  return keyBetween(places.toSorted().at(-1) ?? null, null, draw());
}

/** What puts one of these, in their order, at another place among them; the first move gives a place to those that have none. */
export function moved(definitions: readonly Definition[], id: string, to: number): readonly Operation[] {
  const one = definitions.find((definition) => definition.id === id);
  if (one === undefined || to < 0 || to >= definitions.length) return [];
  const others = definitions.filter((definition) => definition !== one);
  const placeOf = (definition: Definition | undefined) => definition?.values.order ?? null;
  if (others.every((definition) => placeOf(definition) !== null)) {
    const [after, before] = [placeOf(others[to - 1]), placeOf(others[to])];
    return [set("access.field", id, "order", keyBetween(after, before, draw()))];
  }
  let last: string | null = null;
  return others.toSpliced(to, 0, one).map((definition) => {
    last = keyBetween(last, null, draw());
    return set("access.field", definition.id, "order", last);
  });
}

/** A field of this kind can be demanded of new records. A truth says something by being empty, and a list is filled bit by bit. */
export function canBeRequired(kind: Kind): boolean {
  return kind !== "boolean" && kind !== "list";
}

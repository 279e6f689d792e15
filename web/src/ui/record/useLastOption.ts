import { defaultOptionsFilter } from "@mantine/core";
import { useState } from "react";
import type { Option } from "./options";

/** The option that is left of what was typed; `undefined` where there are several, or none. */
export function lastOption(options: readonly Option[], typed: string): Option | undefined {
  const left = defaultOptionsFilter({ options: [...options], search: typed, limit: 2 });
  const [only, another] = left as readonly Option[];
  return another === undefined ? only : undefined;
}

/** For a select that is typed into: as soon as one option is left, Enter chooses it. */
export function useLastOption(
  options: readonly Option[],
  held: string | null,
): { readonly selectFirstOptionOnChange: boolean; readonly onSearchChange: (typed: string) => void } {
  const [typed, type] = useState("");
  // What stands there untouched searches for nothing: then all are shown.
  const isTyped = typed !== "" && options.every(({ value, label }) => value !== held || label !== typed);
  return {
    selectFirstOptionOnChange: isTyped && lastOption(options, typed) !== undefined,
    onSearchChange: type,
  };
}

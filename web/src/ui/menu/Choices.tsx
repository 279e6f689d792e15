import { Menu } from "@mantine/core";
import type { ReactNode } from "react";

interface Props<Value extends string> {
  readonly label?: string;
  readonly values: readonly Value[];
  readonly chosen: Value | null;
  readonly draw: (value: Value) => ReactNode;
  readonly onChoose: (value: Value) => void;
  /** Each line in a language of its own, as in the choice of language. */
  readonly langOf?: (value: Value) => string;
}

/** One of several, as lines of a menu. */
export function Choices<Value extends string>({
  label,
  values,
  chosen,
  draw,
  onChoose,
  langOf,
}: Props<Value>) {
  return (
    <>
      {label !== undefined && <Menu.Label>{label}</Menu.Label>}
      {values.map((value) => (
        <Menu.RadioItem
          key={value}
          value={value}
          checked={value === chosen}
          closeMenuOnClick
          onChange={() => onChoose(value)}
          lang={langOf?.(value)}
        >
          {draw(value)}
        </Menu.RadioItem>
      ))}
    </>
  );
}

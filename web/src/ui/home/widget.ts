import type { Icon } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";
import { type ComponentType, memo } from "react";
import type { Permission, RecordTypeName } from "@/contract/contract";

/** The wide column and the narrow one; where there is no room for two, the one stands below the other. */
export type Column = "main" | "side";

export const columns: readonly Column[] = ["main", "side"];

/** Something that a home can show. This is all that it takes: `shell/home/widgets.ts` lists them. */
export interface Widget {
  /** Kept in people's homes, and so for good: the module and what is shown, such as `solo.projects`. */
  readonly id: string;
  readonly title: ParseKeys;
  readonly icon: Icon;
  /** Where it stands until somebody moves it. */
  readonly column: Column;
  /** Whoever lacks this permission is not offered it. */
  readonly permission?: Permission;
  /** What must be here before it can be drawn. */
  readonly draws?: readonly RecordTypeName[];
  readonly Body: ComponentType;
}

/** What it draws is drawn anew for its own reasons alone, not whenever something is moved around it. */
export function defineWidget(widget: Widget): Widget {
  return { ...widget, Body: memo(widget.Body) };
}

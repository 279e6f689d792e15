import type { Icon } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";
import type { ReactNode } from "react";
import type { Permission } from "@/contract/contract";
import { type Action, type ActionSection, defineAction } from "@/ui/actions/action";

/** Something that people do so often that a home offers it. `shell/home/quick.ts` lists them. */
export interface QuickAction {
  readonly id: string;
  readonly label: ParseKeys;
  readonly icon: Icon;
  readonly section: ActionSection;
  readonly shortcut: string;
  readonly permission: Permission;
  /** The dialog in which it is done. */
  readonly Dialog: (props: { readonly opened: boolean; readonly onClose: () => void }) => ReactNode;
}

export interface QuickContext {
  readonly can: (permission: Permission) => boolean;
  readonly open: (id: string) => void;
}

export function defineQuick(quick: QuickAction): QuickAction & { readonly action: Action<QuickContext> } {
  const { id, label, icon, section, shortcut, permission } = quick;
  return {
    ...quick,
    action: defineAction<QuickContext>({
      id,
      label,
      icon,
      section,
      shortcut,
      when: ({ can }) => can(permission),
      run: ({ open }) => open(id),
    }),
  };
}

export type Quick = ReturnType<typeof defineQuick>;

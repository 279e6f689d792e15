import type { Icon } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";
import type { ReactNode } from "react";
import type { Permission } from "@/contract/contract";
import { type Action, type ActionSection, defineAction } from "@/ui/actions/action";

/** Something that people do so often that a home offers it. `shell/home/Quick.tsx` lists them. */
export interface QuickAction {
  readonly id: string;
  readonly label: ParseKeys;
  readonly icon: Icon;
  readonly section: ActionSection;
  readonly shortcut?: string;
  readonly permission: Permission;
  /** Only the server can do it. */
  readonly needsConnection?: boolean;
  /** The dialog in which it is done. */
  readonly Dialog: (props: { readonly opened: boolean; readonly onClose: () => void }) => ReactNode;
}

export interface QuickContext {
  readonly can: (permission: Permission) => boolean;
  readonly isLive: boolean;
  readonly open: (id: string) => void;
}

export function defineQuick(quick: QuickAction): QuickAction & { readonly action: Action<QuickContext> } {
  const { id, label, icon, section, shortcut, permission, needsConnection = false } = quick;
  return {
    ...quick,
    action: defineAction<QuickContext>({
      id,
      label,
      icon,
      section,
      ...(shortcut !== undefined && { shortcut }),
      when: ({ can, isLive }) => can(permission) && (isLive || !needsConnection),
      run: ({ open }) => open(id),
    }),
  };
}

export type Quick = ReturnType<typeof defineQuick>;

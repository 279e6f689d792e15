import { UnstyledButton } from "@mantine/core";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsLive, useMe } from "@/engine/react";
import { inviteQuick } from "@/platform/home/quick";
import { isPossible } from "@/ui/actions/action";
import { Keys } from "@/ui/actions/Keys";
import { useActions } from "@/ui/actions/registry";
import type { Quick, QuickContext } from "@/ui/home/quick";
import { WidgetText } from "@/ui/home/WidgetText";
import { quickOf } from "@/ui/list/quick";
import { lists } from "../lists";
import classes from "./home.module.css";

/** What a home offers to do, in the order in which it is shown. */
const quick: readonly Quick[] = [...lists.map(quickOf), inviteQuick];
const actions = quick.map(({ action }) => action);

const QuickOf = createContext<QuickContext>({ can: () => false, isLive: false, open: () => undefined });

/** Offers them everywhere in a workspace, to the palette and the keyboard as well. */
export function QuickProvider({ children }: { readonly children: ReactNode }) {
  const { me, can } = useMe();
  const isLive = useIsLive();
  const [opened, open] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what I may do follows from who I am
  const context = useMemo<QuickContext>(() => ({ can, isLive, open }), [me, isLive]);
  return (
    <QuickOf value={context}>
      <Offer context={context} />
      {children}
      {quick.map(({ action: { id }, Dialog }) => (
        <Dialog key={id} opened={opened === id} onClose={() => open(null)} />
      ))}
    </QuickOf>
  );
}

/** Before the page, so that what the page offers under the same name is closer to the person. */
function Offer({ context }: { readonly context: QuickContext }) {
  useActions(actions, context);
  return null;
}

export const useQuick = (): QuickContext => useContext(QuickOf);

/** The same as buttons, one below the other. */
export function QuickActions() {
  const { t } = useTranslation();
  const context = useQuick();
  const possible = actions.filter((action) => isPossible(action, context));
  if (possible.length === 0) return <WidgetText>{t("home.actions.empty")}</WidgetText>;
  return (
    <ul className={classes.actions} aria-label={t("home.actions.title")}>
      {possible.map((action) => (
        <li key={action.id}>
          <UnstyledButton className={classes.action} onClick={() => action.run(context)}>
            <action.icon size={17} stroke={1.7} aria-hidden />
            <span className={classes.what}>{t(action.label)}</span>
            {action.shortcut !== undefined && <Keys shortcut={action.shortcut} hint />}
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}

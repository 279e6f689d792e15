import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ActionSection } from "@/ui/actions/action";
import { Keys } from "@/ui/actions/Keys";
import { offeredActions } from "@/ui/actions/registry";
import { Dialog } from "@/ui/feedback/Dialog";
import classes from "./ShortcutHelp.module.css";

const sections: readonly ActionSection[] = ["go", "list", "record", "people", "view"];

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Other ways to learn. */
  readonly children: ReactNode;
}

/** Every shortcut that works right here, drawn from the actions themselves. */
export function ShortcutHelp({ opened, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} size="lg" title={t("shortcuts.title")}>
      <Shortcuts />
      <div className={classes.more}>{children}</div>
    </Dialog>
  );
}

function Shortcuts() {
  const { t } = useTranslation();
  const actions = offeredActions();
  return (
    <div className={classes.columns}>
      {sections.map((section) => {
        const own = actions.filter((action) => action.section === section && action.shortcut !== undefined);
        return own.length === 0 ? null : (
          <section key={section} className={classes.section}>
            <h3 className={classes.title}>{t(`shortcuts.sections.${section}`)}</h3>
            <dl className={classes.list}>
              {own.map(({ id, label, shortcut }) => (
                <div key={id} className={classes.line}>
                  <dt>{t(label)}</dt>
                  <dd>{shortcut !== undefined && <Keys shortcut={shortcut} />}</dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </div>
  );
}

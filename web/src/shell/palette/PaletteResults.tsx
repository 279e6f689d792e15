import { Spotlight } from "@mantine/spotlight";
import { useTranslation } from "react-i18next";
import { usePaletteCustomers } from "@/apps/solo/customers/usePaletteCustomers";
import { usePaletteProjects } from "@/apps/solo/projects/usePaletteProjects";
import type { ActionSection } from "@/ui/actions/action";
import { Keys } from "@/ui/actions/Keys";
import { offeredActions } from "@/ui/actions/registry";

import { startsWords } from "./startsWords";

const sections: readonly ActionSection[] = ["record", "people", "list", "go", "view", "account"];

/** Mounted while the palette is open, so that it costs nothing otherwise. */
export function PaletteResults({ query }: { query: string }) {
  const { t } = useTranslation();
  const actions = offeredActions().filter(
    ({ keyboardOnly, label }) => keyboardOnly !== true && startsWords(t(label), query),
  );
  const groups = [
    { title: t("customers.title"), found: usePaletteCustomers(query) },
    { title: t("projects.title"), found: usePaletteProjects(query) },
  ].filter(({ found }) => found.length > 0);
  if (actions.length + groups.length === 0)
    return <Spotlight.Empty>{t("common.nothingFound")}</Spotlight.Empty>;
  return (
    <>
      {sections.map((section) => {
        const own = actions.filter((action) => action.section === section);
        return own.length === 0 ? null : (
          <Spotlight.ActionsGroup key={section} label={t(`shortcuts.sections.${section}`)}>
            {own.map(({ id, label, icon: ActionIcon, shortcut, run }) => (
              <Spotlight.Action
                key={id}
                label={t(label)}
                leftSection={<ActionIcon size={18} stroke={1.7} aria-hidden />}
                rightSection={shortcut !== undefined && <Keys shortcut={shortcut} hint />}
                onClick={run}
              />
            ))}
          </Spotlight.ActionsGroup>
        );
      })}
      {groups.map(({ title, found }) => (
        <Spotlight.ActionsGroup key={title} label={title}>
          {found.map(({ id, name, detail, icon, open }) => (
            <Spotlight.Action key={id} label={name} description={detail} leftSection={icon} onClick={open} />
          ))}
        </Spotlight.ActionsGroup>
      ))}
    </>
  );
}

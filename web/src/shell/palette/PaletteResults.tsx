import { Spotlight } from "@mantine/spotlight";
import { IconBuilding } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { ActionSection } from "@/ui/actions/action";
import { Keys } from "@/ui/actions/Keys";
import { offeredActions } from "@/ui/actions/registry";
import { usePaletteRecords } from "@/ui/list/usePaletteRecords";
import { lists } from "../lists";
import { useWorkspaces } from "../navigation/useWorkspaces";
import { startsWords } from "./startsWords";

const sections: readonly ActionSection[] = ["record", "people", "list", "go", "view", "account"];

/** Mounted while the palette is open, so that it costs nothing otherwise. */
export function PaletteResults({ query }: { query: string }) {
  const { t } = useTranslation();
  const actions = offeredActions().filter(
    ({ keyboardOnly, label }) => keyboardOnly !== true && startsWords(t(label), query),
  );
  const found = usePaletteRecords(lists, query).filter(({ records }) => records.length > 0);
  const { workspace } = useEngine();
  const { all, open } = useWorkspaces();
  const workspaces = all.filter(({ id, name }) => id !== workspace && startsWords(name, query));
  if (actions.length + found.length + workspaces.length === 0)
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
      {workspaces.length > 0 && (
        <Spotlight.ActionsGroup label={t("navigation.workspaces")}>
          {workspaces.map(({ id, name, role }) => (
            <Spotlight.Action
              key={id}
              label={name}
              description={t(`roles.${role}.name`)}
              leftSection={<IconBuilding size={18} stroke={1.7} aria-hidden />}
              onClick={() => open(id)}
            />
          ))}
        </Spotlight.ActionsGroup>
      )}
      {found.map(({ list, records }) => (
        <Spotlight.ActionsGroup key={list.type} label={t(list.words.title)}>
          {records.map(({ id, name, line, mark, open }) => (
            <Spotlight.Action key={id} label={name} description={line} leftSection={mark} onClick={open} />
          ))}
        </Spotlight.ActionsGroup>
      ))}
    </>
  );
}

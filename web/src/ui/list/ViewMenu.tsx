import { Button, Menu } from "@mantine/core";
import { IconBookmark, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "@/ui/feedback/Toast";
import { Choices } from "@/ui/menu/Choices";
import { useTakeBack } from "@/ui/record/useTakeBack";
import type { ListDeclaration } from "./list";
import { NameDialog } from "./NameDialog";
import { withLayout } from "./search";
import { type SavedView, type Shown, shownBy, useViews } from "./useViews";

interface Props {
  readonly list: ListDeclaration;
  readonly now: Shown;
  readonly onShow: (shown: Shown) => void;
}

type Asking = { readonly what: "save" } | { readonly what: "rename"; readonly view: SavedView };

/** Everything, or what was saved under a name: to pick, to save, to rename and to delete. */
export function ViewMenu({ list, now, onShow }: Props) {
  const { t } = useTranslation();
  const { views, current, save, rename, forget } = useViews(list, now);
  const [asking, ask] = useState<Asking | null>(null);
  const { undo } = useTakeBack();
  function drop(view: SavedView): void {
    const dropped = forget(view);
    toast({
      text: t("list.views.deleted", { name: view.values.name }),
      action: { label: t("actions.undo"), run: () => undo(dropped) },
    });
  }
  const shown = current?.values.name ?? t("list.views.title");
  return (
    <>
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <Button
            variant={current === undefined ? "default" : "light"}
            size="xs"
            maw="12rem"
            leftSection={<IconBookmark size={14} aria-hidden />}
            aria-label={t("list.views.choose", { view: shown })}
          >
            <bdi>{shown}</bdi>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Choices
            label={t("list.views.mine")}
            values={["", ...views.map(({ id }) => id)]}
            chosen={current?.id ?? null}
            draw={(id) => views.find((view) => view.id === id)?.values.name ?? t("list.views.all")}
            onChoose={(id) => {
              const view = views.find((one) => one.id === id);
              onShow(
                view === undefined
                  ? { search: withLayout({}, now.search.view), columns: now.columns }
                  : shownBy(list, view),
              );
            }}
          />
          <Menu.Divider />
          {current === undefined ? (
            <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => ask({ what: "save" })}>
              {t("list.views.save")}
            </Menu.Item>
          ) : (
            <>
              <Menu.Item
                leftSection={<IconPencil size={16} aria-hidden />}
                onClick={() => ask({ what: "rename", view: current })}
              >
                {t("list.views.rename", { name: current.values.name })}
              </Menu.Item>
              <Menu.Item
                color="var(--hf-danger)"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => drop(current)}
              >
                {t("list.views.delete", { name: current.values.name })}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <NameDialog
        opened={asking !== null}
        title={t(asking?.what === "rename" ? "list.views.renameTitle" : "list.views.saveTitle")}
        initial={asking?.what === "rename" ? asking.view.values.name : ""}
        onClose={() => ask(null)}
        onName={(name) => (asking?.what === "rename" ? rename(asking.view, name) : save(name))}
      />
    </>
  );
}

import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconFileTypeCsv, IconJson, IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { permissionTo } from "@/engine/metadata";
import { useEngine, useIsLive, useMe } from "@/engine/react";
import { recordsApi } from "@/engine/recordsApi";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { defineAction } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { download } from "./download";
import { ImportDialog } from "./ImportDialog";

interface TransferContext {
  readonly canImport: boolean;
  readonly canExport: boolean;
  readonly open: () => void;
  readonly save: (format: "csv" | "json") => void;
}

const transferActions = [
  defineAction<TransferContext>({
    id: "transfer.import",
    label: "transfer.import",
    icon: IconUpload,
    section: "list",
    when: ({ canImport }) => canImport,
    run: ({ open }) => open(),
  }),
  defineAction<TransferContext>({
    id: "transfer.csv",
    label: "transfer.exportCsv",
    icon: IconFileTypeCsv,
    section: "list",
    when: ({ canExport }) => canExport,
    run: ({ save }) => save("csv"),
  }),
  defineAction<TransferContext>({
    id: "transfer.json",
    label: "transfer.exportJson",
    icon: IconJson,
    section: "list",
    when: ({ canExport }) => canExport,
    run: ({ save }) => save("json"),
  }),
];

interface Props {
  readonly type: RecordTypeName;
  /** What the list is called. */
  readonly title: string;
}

/** What comes into a list from a file, and goes out of it into one. */
export function TransferMenu({ type, title }: Props) {
  const { t } = useTranslation();
  const { workspace } = useEngine();
  const { can } = useMe();
  const [importing, importIt] = useDisclosure(false);
  const isLive = useIsLive();
  const context: TransferContext = {
    canImport: isLive && can(permissionTo("create", type)),
    canExport: isLive && can(permissionTo("read", type)),
    open: importIt.open,
    save: (format) => download(recordsApi.exportAddress(workspace, type, format)),
  };
  useActions(transferActions, context);
  if (!context.canImport && !context.canExport) return null;
  return (
    <>
      <Menu position="bottom-end" width="max-content">
        <Menu.Target>
          <ActionIcon size="lg" aria-label={t("transfer.more", { title })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {transferActions.map((action) => (
            <ActionMenuItem key={action.id} action={action} context={context} />
          ))}
        </Menu.Dropdown>
      </Menu>
      <ImportDialog type={type} opened={importing} onClose={importIt.close} />
    </>
  );
}

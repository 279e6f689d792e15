import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { Dialog } from "@/ui/feedback/Dialog";
import { Comments, useComments } from "./Comments";
import { History } from "./History";
import { RecordTabs } from "./RecordTabs";

interface Props {
  readonly record: View;
  /** What the record is called. */
  readonly name: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** What is said about a record that has no page of its own, and what happened to it. */
export function AboutDialog({ record, name, opened, onClose }: Props) {
  const { t } = useTranslation();
  const comments = useComments(record);
  return (
    <Dialog opened={opened} onClose={onClose} title={<bdi>{name}</bdi>} size="lg">
      <RecordTabs
        name={name}
        tabs={[
          {
            id: "comments",
            label: t("comments.title"),
            count: comments.length,
            panel: <Comments record={record} />,
          },
          { id: "history", label: t("history.title"), panel: <History record={record} /> },
        ]}
      />
    </Dialog>
  );
}

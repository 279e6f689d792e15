import { Button, Skeleton } from "@mantine/core";
import { useCallbackRef } from "@mantine/hooks";
import { IconFileUnknown } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { memo, useContext, useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLoaded, useRecentChange, useRecord } from "@/engine/react";
import type { RecentChange } from "@/engine/types";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { hasBegunToWrite } from "@/ui/focus";
import page from "@/ui/record/page/page.module.css";
import { usePersonOf } from "@/ui/record/people";
import { useBeyondOne } from "@/ui/record/useBeyond";
import { typeKey } from "@/ui/record/words";
import { type List, nameOf } from "./list";
import { PageContext } from "./page";
import { useListAddress } from "./useListAddress";

/** The record that the address names: itself, or why it is not here. */
export function OpenRecord({ list }: { readonly list: List }) {
  const { t } = useTranslation();
  const { recordId = "" } = useParams({ strict: false });
  const address = useListAddress(list);
  const record = useRecord(list.type, recordId);
  const loaded = useLoaded(list.type);
  const beyond = useBeyondOne(list.type, recordId, record !== undefined);
  const end = useEnd(list, recordId);
  const personOf = usePersonOf();
  const { editing, edited, reveal } = useContext(PageContext);
  const close = useCallbackRef(async () => {
    const before = document.activeElement;
    await address.close();
    if (!hasBegunToWrite(before)) reveal(recordId);
  });
  // The field that was written draws itself; all around it follows when that is painted.
  const last = useDeferredValue(record);
  const shown = last?.id === recordId ? last : record;

  const isWanted = record !== undefined && editing === recordId;
  useEffect(() => {
    if (!isWanted) return;
    document.querySelector<HTMLElement>(`[data-field="${list.name}"]`)?.click();
    edited();
  }, [isWanted, edited, list.name]);

  if (record !== undefined && shown !== undefined) {
    return <Detail key={recordId} list={list} record={shown} onClose={close} />;
  }
  const why = beyond === "unreached" ? "unreached" : "gone";
  return (
    <section className={page.page} aria-label={t(typeKey(list.type))}>
      {loaded === "loading" || beyond === "asking" ? (
        <div className={page.body} role="status" aria-label={t("common.loading")}>
          <Skeleton h={26} w="55%" mb="lg" />
          <Skeleton h={14} w="80%" mb="md" />
          <Skeleton h={14} w="70%" mb="md" />
          <Skeleton h={14} w="75%" />
        </div>
      ) : (
        <EmptyState
          icon={IconFileUnknown}
          title={end === null ? t(`record.${why}.title`) : t("record.deleted.title", { name: end.name })}
          action={
            <Button variant="default" onClick={() => void close()}>
              {t("record.back")}
            </Button>
          }
        >
          {end === null ? t(`record.${why}.text`) : t("record.deleted.text", { name: personOf(end.by).name })}
        </EmptyState>
      )}
    </section>
  );
}

const Detail = memo(function Detail({ list, ...props }: { list: List } & Parameters<List["Detail"]>[0]) {
  return <list.Detail {...props} />;
});

interface End {
  readonly id: string;
  readonly name: string;
  readonly by: RecentChange["by"];
}

/** Who deleted the record while it was open, and what it was called; `null` where nobody did. */
function useEnd(list: List, id: string): End | null {
  const record = useRecord(list.type, id);
  const recent = useRecentChange(list.type, id);
  const [last, setLast] = useState(record);
  const [end, setEnd] = useState<End | null>(null);
  if (record !== undefined && record !== last) setLast(record);
  // What others just did is forgotten after a moment; this is still to be read then.
  if (recent?.kind === "deleted" && last?.id === id && end?.id !== id) {
    setEnd({ id, name: nameOf(list, last), by: recent.by });
  }
  return end?.id === id ? end : null;
}

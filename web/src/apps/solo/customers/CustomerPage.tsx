import { Button, Skeleton } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLoaded, useRecentChange, useRecord } from "@/engine/react";
import type { RecentChange } from "@/engine/types";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { usePersonOf } from "@/ui/record/people";
import { useBeyondOne } from "@/ui/record/useBeyond";
import { CustomerDetail } from "./CustomerDetail";
import classes from "./customers.module.css";

const route = getRouteApi("/w/$workspaceId/customers/$customerId");

export function CustomerPage() {
  const { t } = useTranslation();
  const { workspaceId, customerId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const customer = useRecord("solo.customer", customerId);
  const loaded = useLoaded("solo.customer");
  const isAsked = useBeyondOne("solo.customer", customerId, customer !== undefined);
  const end = useEnd(customerId);
  const personOf = usePersonOf();
  const close = async () => {
    await navigate({ to: "/w/$workspaceId/customers", params: { workspaceId }, search });
    document.querySelector<HTMLElement>(`[data-row="${customerId}"]`)?.focus();
  };

  if (customer !== undefined) {
    return <CustomerDetail key={customer.id} customer={customer} onClose={() => void close()} />;
  }
  return (
    <section className={classes.detail} aria-label={t("customers.one")}>
      {loaded === "loading" || isAsked ? (
        <div className={classes.body} role="status" aria-label={t("common.loading")}>
          <Skeleton h={26} w="55%" mb="lg" />
          <Skeleton h={14} w="80%" mb="md" />
          <Skeleton h={14} w="70%" mb="md" />
          <Skeleton h={14} w="75%" />
        </div>
      ) : (
        <EmptyState
          icon={IconUserQuestion}
          title={end === null ? t("customers.gone.title") : t("customers.deleted.title", { name: end.name })}
          action={
            <Button variant="default" onClick={() => void close()}>
              {t("customers.gone.back")}
            </Button>
          }
        >
          {end === null
            ? t("customers.gone.text")
            : t("customers.deleted.text", { name: personOf(end.by).name })}
        </EmptyState>
      )}
    </section>
  );
}

interface End {
  readonly id: string;
  readonly name: string;
  readonly by: RecentChange["by"];
}

/** Who deleted the customer while it was open, and what it was called; `null` where nobody did. */
function useEnd(id: string): End | null {
  const customer = useRecord("solo.customer", id);
  const recent = useRecentChange("solo.customer", id);
  const [last, setLast] = useState(customer);
  const [end, setEnd] = useState<End | null>(null);
  if (customer !== undefined && customer !== last) setLast(customer);
  // What others just did is forgotten after a moment; this is still to be read then.
  if (recent?.kind === "deleted" && last?.id === id && end?.id !== id) {
    setEnd({ id, name: last.values.name, by: recent.by });
  }
  return end?.id === id ? end : null;
}

import { Button, Skeleton } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLoaded, useLook, useRecord } from "@/engine/react";
import { EmptyState } from "@/ui/feedback/EmptyState";
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
  useLook("solo.customer", customerId);
  const close = async () => {
    await navigate({ to: "/w/$workspaceId/customers", params: { workspaceId }, search });
    document.querySelector<HTMLElement>(`[data-row="${customerId}"]`)?.focus();
  };

  if (customer !== undefined) {
    return <CustomerDetail key={customer.id} customer={customer} onClose={() => void close()} />;
  }
  return (
    <section className={classes.detail} aria-label={t("customers.one")}>
      {loaded === "loading" ? (
        <div className={classes.body} role="status" aria-label={t("common.loading")}>
          <Skeleton h={26} w="55%" mb="lg" />
          <Skeleton h={14} w="80%" mb="md" />
          <Skeleton h={14} w="70%" mb="md" />
          <Skeleton h={14} w="75%" />
        </div>
      ) : (
        <EmptyState
          icon={IconUserQuestion}
          title={t("customers.gone.title")}
          action={
            <Button variant="default" onClick={() => void close()}>
              {t("customers.gone.back")}
            </Button>
          }
        >
          {t("customers.gone.text")}
        </EmptyState>
      )}
    </section>
  );
}

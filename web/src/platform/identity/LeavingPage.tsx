import { Button } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import { AuthLayout } from "./AuthLayout";

const route = getRouteApi("/leaving");

/** What somebody reads who has had his account deleted a moment ago. */
export function LeavingPage() {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const { until } = route.useSearch();
  return (
    <AuthLayout title={t("leaving.title")} lead={t("leaving.lead", { until: dateTime(until) })}>
      <Button component={Link} to="/sign-in" variant="default" size="md" mt="lg" fullWidth>
        {t("leaving.keep")}
      </Button>
    </AuthLayout>
  );
}

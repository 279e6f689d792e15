import { useTranslation } from "react-i18next";
import { SampleNotice } from "@/apps/solo/sample/SampleNotice";
import { useAccount } from "@/platform/identity/session";
import { Home } from "@/ui/home/Home";
import { useFirstVisit } from "@/ui/home/useVisits";
import { today } from "@/ui/language/days";
import { useFormats } from "@/ui/language/formats";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { FirstSteps } from "./FirstSteps";
import { widgets } from "./widgets";

/** Where one arrives in a workspace: what waits, what happened, what one works on. */
export function HomePage() {
  const { t } = useTranslation();
  const { longDate } = useFormats();
  const name = useAccount()?.user.name ?? "";
  usePageTitle(t("home.title"));
  useFirstVisit((useAccount()?.workspaces.length ?? 0) <= 1);
  return (
    <Home title={t("home.hello", { name })} lead={longDate(today())} widgets={widgets}>
      <FirstSteps />
      <SampleNotice />
    </Home>
  );
}

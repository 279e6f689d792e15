import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignOutLink } from "@/platform/identity/SignOutLink";
import { useAccount } from "@/platform/identity/session";
import { BarePage } from "@/ui/layout/BarePage";
import { keepOrigin } from "@/ui/layout/origin";
import { Page } from "@/ui/layout/Page";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { usePictures } from "@/ui/people/pictures";
import classes from "./account.module.css";

export { ActivityTab } from "./ActivityTab";
export { DataTab } from "./DataTab";
export { ProfileTab } from "./ProfileTab";
export { SecurityTab } from "./SecurityTab";

const tabs = [
  { to: "/account", label: "account.profile.title" },
  { to: "/account/security", label: "account.security.title" },
  { to: "/account/activity", label: "account.activity.title" },
  { to: "/account/data", label: "account.data.title" },
] as const;

/** What is a person's own, in whatever workspaces he is. Each part has an address. */
export function AccountPage() {
  const { t } = useTranslation();
  const account = useAccount();
  usePageTitle(t("account.title"));
  usePictures(true);
  if (account === null) return null;
  return (
    <BarePage end={<SignOutLink />}>
      <Page title={t("account.title")} lead={account.user.email}>
        <nav className={classes.tabs} aria-label={t("account.title")}>
          {tabs.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              state={keepOrigin}
              activeOptions={{ exact: true }}
              className={classes.tab ?? ""}
            >
              {t(label)}
            </Link>
          ))}
        </nav>
        <Outlet />
      </Page>
    </BarePage>
  );
}

import { Button } from "@mantine/core";
import { IconBolt, IconPlugConnected, IconServerBolt } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Wordmark } from "@/ui/brand/Wordmark";
import { PreferencesMenu } from "@/ui/layout/PreferencesMenu";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import classes from "./landing.module.css";
import { Scene } from "./Scene";

const strengths = [
  ["live", IconBolt],
  ["holds", IconPlugConnected],
  ["yours", IconServerBolt],
] as const;

/** What a stranger sees: what it is, why to trust it, the two ways in. */
export function LandingPage() {
  const { t } = useTranslation();
  usePageTitle("");
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Wordmark size={28} />
        <nav className={classes.ways}>
          <PreferencesMenu />
          <Button component={Link} to="/sign-in" variant="subtle" color="gray" c="var(--mantine-color-text)">
            {t("landing.signIn")}
          </Button>
        </nav>
      </header>
      <main>
        <section className={classes.hero}>
          <h1 className={classes.claim}>{t("landing.claim")}</h1>
          <p className={classes.lead}>{t("landing.lead")}</p>
          <div className={classes.enter}>
            <Button component={Link} to="/sign-up" size="lg">
              {t("landing.signUp")}
            </Button>
          </div>
          <Scene />
        </section>
        <section className={classes.strengths} aria-labelledby="strengths">
          <h2 id="strengths" className={classes.strengthsTitle}>
            {t("landing.strengthsTitle")}
          </h2>
          <ul className={classes.columns}>
            {strengths.map(([key, StrengthIcon]) => (
              <li key={key}>
                <StrengthIcon size={24} stroke={1.6} aria-hidden className={classes.icon ?? ""} />
                <h3 className={classes.strength}>{t(`landing.strengths.${key}.title`)}</h3>
                <p className={classes.text}>{t(`landing.strengths.${key}.text`)}</p>
              </li>
            ))}
          </ul>
        </section>
      </main>
      <footer className={classes.footer}>
        <Wordmark size={20} />
        <p>{t("landing.footer")}</p>
      </footer>
    </div>
  );
}

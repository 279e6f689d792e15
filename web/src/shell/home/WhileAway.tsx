import { Button } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import { Lines } from "@/ui/home/Lines";
import type { News } from "@/ui/home/news";
import { pathOf } from "@/ui/home/subjects";
import { useHome } from "@/ui/home/useHome";
import { useNews } from "@/ui/home/useNews";
import { useFormats } from "@/ui/language/formats";
import { Pill } from "@/ui/Pill";
import { PeopleStack } from "@/ui/people/PeopleStack";
import { usePersonOf } from "@/ui/record/people";
import { nameIn, typeKey, useNameOf } from "@/ui/record/words";
import classes from "./home.module.css";
import { subjects } from "./subjects";

/** So many of the things that were changed on a page are named; the rest is counted. */
const mostNamed = 2;

/** What others changed since I was last here, by the page on which it is seen. */
export function WhileAway() {
  const { t } = useTranslation();
  const { dateTime, ago, list } = useFormats();
  const { workspace } = useEngine();
  const { values, keep } = useHome();
  const personOf = usePersonOf();
  const nameOf = useNameOf();
  const since = values?.seenAt ?? null;
  const news = useNews(subjects, since);

  /** What was changed beside the thing itself: its tasks, its notes. */
  function partsOf({ root, records }: News): string {
    const parts = records
      .filter(({ id }) => id !== root.id)
      .map((record) => nameOf(record.type, record.id) ?? (nameIn(record) || t(typeKey(record.type))));
    const rest = parts.length - mostNamed;
    return list([...parts.slice(0, mostNamed), ...(rest > 0 ? [t("home.more", { count: rest })] : [])]);
  }

  return (
    <>
      {since !== null && news.length > 0 && (
        <p className={classes.since}>{t("home.news.since", { time: dateTime(since) })}</p>
      )}
      <Lines
        label={t("home.news.title")}
        empty={t("home.news.empty")}
        lines={news.map((one) => {
          const icon = subjects.find(({ type }) => type === one.root.type)?.icon;
          const NewsIcon = icon ?? IconChecks;
          const to = one.isGone ? undefined : pathOf(subjects, workspace, one.root);
          return {
            id: one.root.id,
            mark: <NewsIcon size={17} stroke={1.7} aria-hidden />,
            name: nameOf(one.root.type, one.root.id) ?? nameIn(one.root),
            detail: [partsOf(one), ago(one.at)].filter(Boolean).join(" · "),
            end: (
              <span className={classes.who}>
                {one.isGone ? (
                  <Pill tone="red">{t("home.news.deleted")}</Pill>
                ) : (
                  one.isNew && <Pill tone="green">{t("home.news.new")}</Pill>
                )}
                <PeopleStack people={one.by.map(personOf)} />
              </span>
            ),
            ...(to !== undefined && { to }),
          };
        })}
      />
      {news[0] !== undefined && (
        <Button
          mt="xs"
          variant="default"
          size="compact-sm"
          leftSection={<IconChecks size={14} aria-hidden />}
          onClick={() => keep({ seenAt: news[0]?.at ?? since })}
        >
          {t("home.news.seen")}
        </Button>
      )}
    </>
  );
}

import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { LayoutProps } from "@/ui/list/list";
import { RecordLink } from "@/ui/list/RecordLink";
import classes from "./projects.module.css";

/** So many are named. */
const most = 3;

type Props = Pick<LayoutProps<"solo.project">, "records" | "hrefOf" | "open">;

/** Says which of the projects that are counted above have no place here, with the way to them. */
export function TemplatesLeftOut({ records, hrefOf, open }: Props) {
  const { t } = useTranslation();
  const templates = records.filter(({ values }) => values.template === true);
  if (templates.length === 0) return null;
  return (
    <p className={classes.leftOut}>
      {t("projects.templatesLeftOut", { count: templates.length })}{" "}
      {templates.slice(0, most).map(({ id, values: { name } }, index) => (
        <Fragment key={id}>
          {index > 0 && " · "}
          <RecordLink id={id} href={hrefOf(id)} onOpen={open} className={classes.leftOutName}>
            <bdi>{name}</bdi>
          </RecordLink>
        </Fragment>
      ))}
      {templates.length > most && " …"}
    </p>
  );
}

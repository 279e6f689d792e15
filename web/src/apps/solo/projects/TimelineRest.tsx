import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/ui/language/formats";
import type { Placed } from "./timeline";
import classes from "./timeline.module.css";

interface Props {
  readonly placed: Placed;
  /** Leads to the month of that day. */
  readonly onShow: (day: string) => void;
}

/** What the months in sight do not show, and the way there. */
export function TimelineRest({ placed: { shown, earlier, later, undated }, onShow }: Props) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <div className={classes.rest}>
      {shown.length === 0 && <span>{t("projects.rest.nothing")}</span>}
      {earlier !== null && (
        <Button variant="subtle" size="compact-sm" onClick={() => onShow(earlier.nearest)}>
          {t("projects.rest.earlier", { count: earlier.count, n: number(earlier.count) })}
        </Button>
      )}
      {later !== null && (
        <Button variant="subtle" size="compact-sm" onClick={() => onShow(later.nearest)}>
          {t("projects.rest.later", { count: later.count, n: number(later.count) })}
        </Button>
      )}
      {undated > 0 && <span>{t("projects.rest.undated", { count: undated, n: number(undated) })}</span>}
    </div>
  );
}

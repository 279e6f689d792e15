import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconWand } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { defineAction } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { RemoveSampleDialog } from "./RemoveSampleDialog";
import classes from "./sample.module.css";
import { useSample } from "./useSample";

const removeSample = defineAction<{ readonly canRemove: boolean; readonly ask: () => void }>({
  id: "sample.remove",
  label: "actions.removeSample",
  icon: IconWand,
  section: "record",
  when: ({ canRemove }) => canRemove,
  run: ({ ask }) => ask(),
});

/** Says that what is seen here is a sample, with the ways out of it. Nothing where there is none. */
export function SampleNotice() {
  const { t } = useTranslation();
  const { sample, canRemove } = useSample();
  const [asking, ask] = useDisclosure(false);
  useActions([removeSample], { canRemove, ask: ask.open });
  if (sample === undefined) return null;
  return (
    <section className={classes.notice} aria-label={t("sample.title")}>
      <IconWand className={classes.sign ?? ""} size={18} stroke={1.7} aria-hidden />
      <p className={classes.words}>{t("sample.here")}</p>
      {canRemove && (
        <Button size="compact-sm" variant="default" onClick={ask.open}>
          {t("sample.removeIt")}
        </Button>
      )}
      <RemoveSampleDialog opened={asking} sample={sample} onClose={ask.close} />
    </section>
  );
}

import { Button, Text } from "@mantine/core";
import { IconWand } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Trouble } from "@/ui/feedback/Trouble";
import classes from "./sample.module.css";
import { useSample } from "./useSample";

/** The other way to begin: a workspace with something in it, to look around in. Nothing where there is a sample already. */
export function SampleOffer() {
  const { t } = useTranslation();
  const { canFill, isConnected, isBusy, trouble, fill } = useSample();
  if (!canFill && !isBusy) return null;
  return (
    <div className={classes.offer}>
      <Button
        variant="default"
        leftSection={<IconWand size={16} aria-hidden />}
        loading={isBusy}
        disabled={!isConnected}
        onClick={() => void fill()}
      >
        {t("actions.fillSample")}
      </Button>
      <Text fz="sm" c="dimmed">
        {isConnected ? t("sample.hint") : t("record.needsConnection")}
      </Text>
      <Trouble text={trouble} />
    </div>
  );
}

import { Checkbox } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { isShared } from "./sharedComputer";
import { isLoss, lossOf, noLoss, unsentOf, useLossText } from "./unsent";

interface Props {
  readonly shared: boolean;
  readonly onChange: (shared: boolean) => void;
}

/** Whether the one who begins here wants nothing kept. What others have not sent goes too, so that is asked about. */
export function SharedBox({ shared, onChange }: Props) {
  const { t } = useTranslation();
  const [loss, setLoss] = useState(noLoss);
  const lossText = useLossText();

  const choose = useCallback(
    async (next: boolean): Promise<void> => {
      // Not before it is known what goes with it: the form may be sent at any moment.
      onChange(false);
      if (!next) return;
      const found = lossOf(await unsentOf());
      if (isLoss(found)) setLoss(found);
      else onChange(true);
    },
    [onChange],
  );

  // The choice of before may meet what was kept before it.
  useEffect(() => {
    if (isShared()) void choose(true);
  }, [choose]);

  return (
    <>
      <Checkbox
        label={t("identity.shared")}
        description={t("identity.sharedHint")}
        checked={shared}
        onChange={(event) => void choose(event.currentTarget.checked)}
      />
      <ConfirmDialog
        opened={isLoss(loss)}
        onClose={() => setLoss(noLoss)}
        title={t("identity.shared")}
        text={lossText(loss)}
        confirm={t("identity.sharedAnyway")}
        onConfirm={() => onChange(true)}
      />
    </>
  );
}

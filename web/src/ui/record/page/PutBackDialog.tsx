import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { Dialog } from "@/ui/feedback/Dialog";
import { FormFrame } from "@/ui/forms/FormFrame";
import { useFormats } from "@/ui/language/formats";
import { Change } from "./Change";
import classes from "./page.module.css";
import type { WayBack } from "./putBack";

interface Props {
  readonly record: View;
  readonly way: WayBack | null;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

/** Says what would change before a record is put back: the state of a moment is more than the change beside the button. */
export function PutBackDialog({ record, way, confirm, cancel }: Props) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  return (
    <Dialog
      opened={way !== null}
      onClose={cancel}
      title={way === null ? "" : t("history.putBackTo", { when: dateTime(way.at) })}
    >
      {way !== null && (
        <FormFrame
          onSubmit={(event) => {
            event.preventDefault();
            confirm();
          }}
          onCancel={cancel}
          submit={t("history.confirm")}
        >
          <Text fz="md">{t("history.changes", { count: way.changes.length })}</Text>
          <ul className={classes.changes} aria-label={t("history.changes", { count: way.changes.length })}>
            {way.changes.map((change) => (
              <Change key={change.field} record={record} change={change} made={false} />
            ))}
          </ul>
        </FormFrame>
      )}
    </Dialog>
  );
}

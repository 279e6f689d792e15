import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWaiting } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { ExportButton } from "./ExportButton";
import classes from "./status.module.css";
import { useDescription } from "./useDescription";

/** What was done here and is not with the server yet, in the order in which it will be sent. */
export function WaitingList() {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const waiting = useWaiting();
  const describe = useDescription();

  return (
    <>
      {waiting.length > 0 && (
        <ol className={classes.letters} aria-label={t("status.queue")}>
          {waiting.map(({ id, operations, at }) => (
            <li key={id} className={classes.letter}>
              {operations.map((operation, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the operations of a transaction never move
                <Text key={index} fz="sm" dir="auto">
                  {describe(operation)}
                </Text>
              ))}
              <Text fz="xs" c="dimmed">
                {ago(at)}
              </Text>
            </li>
          ))}
        </ol>
      )}
      <ExportButton />
    </>
  );
}

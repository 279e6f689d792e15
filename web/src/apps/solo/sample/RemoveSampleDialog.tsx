import { Button, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { ConfirmButtons } from "@/ui/feedback/ConfirmButtons";
import { Dialog } from "@/ui/feedback/Dialog";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { countKey, typeKey, useNameOf } from "@/ui/record/words";
import { outcomeOf, type Sample } from "./sample";
import classes from "./sample.module.css";
import { useSample } from "./useSample";

interface Props {
  readonly opened: boolean;
  readonly sample: Sample;
  readonly onClose: () => void;
}

/** Says before the sample goes what goes with it and what stays. */
export function RemoveSampleDialog({ opened, sample, onClose }: Props) {
  const { t } = useTranslation();
  const { isBusy, isConnected, trouble, remove, keep, calm } = useSample();

  function close(): void {
    calm();
    onClose();
  }
  // What the server was asked for is neither called off nor asked for twice.
  const cancel = isBusy ? () => undefined : close;

  return (
    <Dialog opened={opened} onClose={cancel} title={t("sample.removeTitle")}>
      <Outlook sample={sample} />
      <Trouble mt="sm" text={trouble} />
      {!isConnected && (
        <Text c="dimmed" mt="sm">
          {t("record.needsConnection")}
        </Text>
      )}
      <ConfirmButtons
        confirm={t("sample.confirm")}
        busy={isBusy}
        disabled={!isConnected}
        onConfirm={() => void remove().then((done) => done && close())}
        onCancel={cancel}
      >
        <Button
          variant="subtle"
          color="gray"
          me="auto"
          px="xs"
          disabled={isBusy}
          onClick={() => {
            close();
            keep();
          }}
        >
          {t("sample.keep")}
        </Button>
      </ConfirmButtons>
    </Dialog>
  );
}

/** What goes with the sample, and what stays. */
function Outlook({ sample }: Pick<Props, "sample">) {
  const { t } = useTranslation();
  const { list } = useFormats();
  const engine = useEngine();
  const nameOf = useNameOf();
  const { going, changed, staying } = useMemo(() => outcomeOf(sample, engine), [sample, engine]);
  const names = (records: readonly View[]) =>
    records.map(({ type, id }) => nameOf(type, id) ?? t(typeKey(type)));
  return (
    <Stack gap="sm">
      <Text fz="md">
        {t("sample.goes", {
          parts: list(going.map(({ type, count }) => t(countKey(type), { count }))),
        })}
      </Text>
      <Named label={t("sample.changed")} names={names(changed)} />
      <Named label={t("sample.stays")} names={names(staying)} />
      <Text fz="sm" c="dimmed">
        {t("sample.own")}
      </Text>
    </Stack>
  );
}

/** Enough to know one's own work again. */
const mostNames = 6;

function Named({ label, names }: { readonly label: string; readonly names: readonly string[] }) {
  const { t } = useTranslation();
  if (names.length === 0) return null;
  return (
    <div>
      <Text fz="sm" fw={560}>
        {label}
      </Text>
      <ul className={classes.names}>
        {names.slice(0, mostNames).map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names alone need not differ, and the list does not move
          <li key={index}>
            <bdi>{name}</bdi>
          </li>
        ))}
        {names.length > mostNames && <li>{t("home.more", { count: names.length - mostNames })}</li>}
      </ul>
    </div>
  );
}

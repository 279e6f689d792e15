import { Button, Group, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { Dialog } from "@/ui/feedback/Dialog";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { typeKey, useNameOf } from "@/ui/record/words";
import { outcomeOf, type Sample } from "./sample";
import classes from "./sample.module.css";

interface Props {
  readonly opened: boolean;
  readonly sample: Sample;
  readonly isBusy: boolean;
  readonly isConnected: boolean;
  readonly trouble: string | null;
  readonly onClose: () => void;
  readonly onKeep: () => void;
  readonly onRemove: () => void;
}

/** Says before the sample goes what goes with it and what stays. */
export function RemoveSampleDialog(props: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t("sample.removeTitle")}>
      <Question {...props} />
    </Dialog>
  );
}

function Question({ sample, isBusy, isConnected, trouble, onClose, onKeep, onRemove }: Props) {
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
          parts: list(
            going.map(({ type, count }) => t(`related.counts.${type as "solo.contact"}`, { count })),
          ),
        })}
      </Text>
      <Named label={t("sample.changed")} names={names(changed)} />
      <Named label={t("sample.stays")} names={names(staying)} />
      <Text fz="sm" c="dimmed">
        {t("sample.own")}
      </Text>
      <Trouble text={trouble} />
      {!isConnected && <Text c="dimmed">{t("record.needsConnection")}</Text>}
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="subtle" color="gray" me="auto" px="xs" onClick={onKeep} disabled={isBusy}>
          {t("sample.keep")}
        </Button>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("common.cancel")}
        </Button>
        <Button color="red.8" loading={isBusy} disabled={!isConnected} onClick={onRemove}>
          {t("sample.confirm")}
        </Button>
      </Group>
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

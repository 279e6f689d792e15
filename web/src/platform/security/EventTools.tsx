import { Button, Select, TextInput } from "@mantine/core";
import { IconDownload, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type EventFilter, securityEventNames } from "@/engine/api";
import classes from "./events.module.css";

interface Props {
  readonly filter: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
  readonly onFile: (format: "csv" | "json") => void;
  /** Whose alone are shown, where they are. */
  readonly person: string | null;
}

/** Which events are shown, and the way to have them as a file. */
export function EventTools({ filter, onFilter, onFile, person }: Props) {
  const { t } = useTranslation();
  const { user: _, ...ofAll } = filter;
  return (
    <div className={classes.tools}>
      <Select
        size="xs"
        className={classes.kind ?? ""}
        label={t("events.kind")}
        placeholder={t("events.all")}
        clearable
        searchable
        data={securityEventNames.map((value) => ({ value, label: t(`events.names.${value}`) }))}
        value={filter.name ?? null}
        onChange={(picked) => {
          const { name: _, ...rest } = filter;
          const name = securityEventNames.find((each) => each === picked);
          onFilter(name === undefined ? rest : { ...rest, name });
        }}
      />
      <TextInput
        size="xs"
        type="date"
        label={t("events.from")}
        onChange={({ currentTarget }) => {
          const { from: _, ...rest } = filter;
          const from = midnight(currentTarget.value, 0);
          onFilter(from === null ? rest : { ...rest, from });
        }}
      />
      <TextInput
        size="xs"
        type="date"
        label={t("events.to")}
        onChange={({ currentTarget }) => {
          const { to: _, ...rest } = filter;
          const to = midnight(currentTarget.value, 1);
          onFilter(to === null ? rest : { ...rest, to });
        }}
      />
      {person !== null && (
        <Button
          size="xs"
          variant="light"
          rightSection={<IconX size={14} aria-hidden />}
          onClick={() => onFilter(ofAll)}
        >
          {t("events.onlyOf", { name: person })}
        </Button>
      )}
      <div className={classes.files}>
        {(["csv", "json"] as const).map((format) => (
          <Button
            key={format}
            onClick={() => onFile(format)}
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            aria-label={t("events.file", { format: format.toUpperCase() })}
          >
            {format.toUpperCase()}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** The beginning of a day here, or of one after it; `null` while none is written. */
function midnight(day: string, later: number): string | null {
  const at = new Date(`${day}T00:00`);
  if (Number.isNaN(at.getTime())) return null;
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

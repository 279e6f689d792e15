import { Select, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { newId } from "@/engine/ids";
import { create, set } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import { Dialog } from "@/ui/feedback/Dialog";
import { complaintsOf } from "@/ui/forms/checks";
import { FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";
import { type Complaint, normalise, validate } from "@/ui/record/validate";
import { typeKey } from "@/ui/record/words";
import { scrollingOptions } from "@/ui/scrolling";
import { canBeRequired, type Definition, type Kind, keyFor, kinds, lastPlace } from "./definition";

interface Props {
  readonly type: RecordTypeName;
  /** All of the type. */
  readonly definitions: readonly Definition[];
  /** `null` for a new one. */
  readonly definition: Definition | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function FieldDialog({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  const { type, definition } = rest;
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={
        definition === null
          ? t("fields.addTo", { kind: t(typeKey(type)) })
          : t("fields.edit", { label: definition.values.label })
      }
    >
      <FieldForm key={definition?.id ?? "new"} onClose={onClose} {...rest} />
    </Dialog>
  );
}

/** What a field is called and what it takes. Its kind stays as it was made, for values may stand there already. */
function FieldForm({ type, definitions, definition, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const engine = useEngine();
  const held = definition?.values;
  const [kind, setKind] = useState<Kind>(held?.kind ?? "text");
  const [required, setRequired] = useState(held?.required ?? false);
  const [choices, setChoices] = useState<readonly string[]>(held?.choices ?? []);
  const [typed, setTyped] = useState("");
  // What still stands in the input counts as well.
  const given = [...new Set([...choices, typed.trim()])].filter((choice) => choice !== "");

  function faultOfChoices(): Complaint | null {
    if (kind !== "choice") return null;
    return given.length === 0
      ? { code: "field.required", field: "choices" }
      : validate("access.field", "choices", given);
  }

  const form = useForm({
    initial: { label: held?.label ?? "" },
    check: ({ label }) =>
      complaintsOf(validate("access.field", "label", normalise(label.trim())), faultOfChoices()),
    send: async ({ label }) => {
      const said = {
        label: label.trim(),
        required: required && canBeRequired(kind),
        choices: kind === "choice" ? given : [],
      };
      if (definition === null) {
        const key = keyFor(
          label,
          definitions.map(({ values }) => values.key),
        );
        const order = lastPlace(definitions);
        engine.transact([create("access.field", newId(), { recordType: type, key, kind, order, ...said })]);
      } else {
        const { id, values } = definition;
        const changed = (["label", "required", "choices"] as const).filter(
          (name) => JSON.stringify(values[name]) !== JSON.stringify(said[name]),
        );
        if (changed.length > 0)
          engine.transact(changed.map((name) => set("access.field", id, name, said[name])));
      }
      onClose();
    },
  });

  return (
    <FormFrame
      onSubmit={form.submit}
      onCancel={onClose}
      submit={definition === null ? t("fields.add") : t("common.save")}
    >
      <TextInput label={t("fields.label")} data-autofocus {...form.input("label")} />
      {definition === null ? (
        <Select
          label={t("fields.kind")}
          description={t("fields.kindStays")}
          data={kinds.map((value) => ({ value, label: t(`fields.kinds.${value}`) }))}
          value={kind}
          allowDeselect={false}
          {...scrollingOptions}
          onChange={(next) => setKind(kinds.find((known) => known === next) ?? kind)}
        />
      ) : (
        <Text fz="md" c="dimmed">
          {t("fields.kind")}: {t(`fields.kinds.${kind}`)}
        </Text>
      )}
      {kind === "choice" && (
        <TagsInput
          label={t("fields.choices")}
          description={t("fields.choicesHint")}
          placeholder={t("record.tagsHint")}
          value={[...choices]}
          onChange={setChoices}
          searchValue={typed}
          onSearchChange={setTyped}
          splitChars={[",", ";"]}
          error={form.trouble}
          {...scrollingOptions}
        />
      )}
      {canBeRequired(kind) && (
        <Switch
          label={t("fields.required")}
          description={t("fields.requiredHint")}
          checked={required}
          onChange={(event) => setRequired(event.currentTarget.checked)}
        />
      )}
    </FormFrame>
  );
}

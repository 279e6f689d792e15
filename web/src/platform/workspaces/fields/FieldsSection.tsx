import { Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { useEngine, useMe, useRecords } from "@/engine/react";
import { announce } from "@/ui/feedback/Announcer";
import { Section } from "@/ui/layout/Page";
import { Rows } from "@/ui/layout/Rows";
import { customisable, definitionsOf } from "@/ui/record/customFields";
import { typeKey } from "@/ui/record/words";
import { type Definition, moved } from "./definition";
import { FieldDialog } from "./FieldDialog";
import { FieldRow } from "./FieldRow";

/** The fields that the workspace defines for itself, for each kind of record that takes some. */
export function FieldsSection() {
  const { t } = useTranslation();
  const { can } = useMe();
  if (!can("access.field.create") || !can("access.field.update")) return null;
  return (
    <Section title={t("fields.title")} lead={t("fields.lead")}>
      {customisable.map((type) => (
        <FieldsOf key={type} type={type} />
      ))}
    </Section>
  );
}

function FieldsOf({ type }: { readonly type: RecordTypeName }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const all = useRecords("access.field");
  const [opened, open] = useState<Definition | "new" | null>(null);
  const definitions = definitionsOf(all, type);
  const [used, retired] = [false, true].map((wanted) =>
    definitions.filter(({ values }) => (values.retired === true) === wanted),
  ) as [Definition[], Definition[]];
  const kind = t(typeKey(type));

  function move(id: string, to: number): void {
    const operations = moved(used, id, to);
    const label = used.find((one) => one.id === id)?.values.label;
    if (operations.length === 0 || label === undefined) return;
    engine.transact(operations);
    announce(t("fields.movedTo", { label, place: to + 1, count: used.length }));
  }

  return (
    <section aria-label={kind}>
      <Text component="h3" fz="md" fw={600} mt="lg">
        {kind}
      </Text>
      {definitions.length === 0 ? (
        <Text fz="md" c="dimmed" mt="xs">
          {t("fields.none")}
        </Text>
      ) : (
        <Rows label={t("fields.of", { kind })}>
          {used.map((definition, index) => (
            <FieldRow
              key={definition.id}
              definition={definition}
              onEdit={() => open(definition)}
              onUp={index === 0 ? null : () => move(definition.id, index - 1)}
              onDown={index === used.length - 1 ? null : () => move(definition.id, index + 1)}
            />
          ))}
          {retired.map((definition) => (
            <FieldRow key={definition.id} definition={definition} onEdit={() => open(definition)} />
          ))}
        </Rows>
      )}
      <Button
        mt="sm"
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        aria-label={t("fields.addTo", { kind })}
        onClick={() => open("new")}
      >
        {t("fields.add")}
      </Button>
      <FieldDialog
        type={type}
        definitions={definitions}
        opened={opened !== null}
        definition={opened === "new" ? null : opened}
        onClose={() => open(null)}
      />
    </section>
  );
}

import { Checkbox, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useIsLive, useRecords } from "@/engine/react";
import { recordsApi } from "@/engine/recordsApi";
import { complaintsOf } from "@/ui/forms/checks";
import { FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";
import { arrived } from "@/ui/record/arrived";
import { useCustomFields } from "@/ui/record/customFields";
import page from "@/ui/record/page/page.module.css";
import { FormInput } from "@/ui/record/RecordForm";
import { typedFaults, typedValues } from "@/ui/record/typed";
import { valueIn } from "@/ui/record/useField";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { normalise, validate } from "@/ui/record/validate";
import { type CopyKind, copyOf } from "./copy";
import type { Project } from "./projects";

interface Props {
  readonly project: Project;
  readonly kind: CopyKind;
  /** For whom, where that is known already. */
  readonly customer?: string | undefined;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

/** Asks what the copy of a project is called and what comes along; the server makes it, as it takes many records. */
export function CopyForm({ project, kind, customer, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const isLive = useIsLive();
  const { offerComposed } = useTakeBack();
  const { values } = project;
  // The copy of a template is one as well.
  const isTemplate = kind === "template" || (kind === "duplicate" && values.template === true);
  const all = useRecords("solo.task");
  const count = useMemo(
    () => all.filter((task) => task.values.project === project.id).length,
    [all, project.id],
  );
  const hasBudget = values.budget !== null || values.budgetMinutes !== null;
  const [along, setAlong] = useState({ tasks: true, assignees: kind !== "template", budget: true });
  // What became required after the project was made stands nowhere in it.
  const custom = useCustomFields("solo.project");
  const lacking = custom.flatMap(({ meta }) =>
    meta.required && valueIn(project, meta.name) === null ? [meta] : [],
  );
  const form = useForm<string>({
    initial: {
      ...Object.fromEntries(lacking.map(({ name }) => [name, ""])),
      name: kind === "duplicate" ? t("projects.copy.nameOf", { name: values.name }) : values.name,
      customer: (isTemplate ? null : (customer ?? values.customer)) ?? "",
      startsOn: values.startsOn ?? "",
    },
    check: (texts) => [
      ...complaintsOf(validate("solo.project", "name", normalise(texts.name ?? ""))),
      ...typedFaults(lacking, texts),
    ],
    async send(texts) {
      const { name = "", customer: whose, startsOn } = texts;
      const wanted = {
        ...along,
        name: name.trim(),
        customer: whose || null,
        startsOn: startsOn || null,
        own: typedValues(lacking, texts),
      };
      const copy = copyOf(project, isTemplate, wanted);
      const { id, record } = await recordsApi.copy(engine.workspace, "solo.project", project.id, copy);
      await arrived(engine, "solo.project", record);
      onClose();
      onCreated(record);
      offerComposed(
        t(isTemplate ? "projects.copy.madeTemplate" : "projects.copy.made", { name: name.trim() }),
        [id],
      );
    },
  });
  const box = (what: keyof typeof along, label: string, disabled = false) => (
    <Checkbox
      label={label}
      disabled={disabled}
      checked={along[what] && !disabled}
      onChange={(event) => setAlong({ ...along, [what]: event.currentTarget.checked })}
      {...(what === "assignees" && { ms: "lg" })}
    />
  );
  return (
    <FormFrame
      onSubmit={form.submit}
      onCancel={onClose}
      submit={t(`projects.copy.${kind}`)}
      busy={form.busy}
      disabled={!isLive}
      trouble={form.trouble}
    >
      <FormInput type="solo.project" name="name" form={form} focused />
      {!isTemplate && <FormInput type="solo.project" name="customer" form={form} />}
      <FormInput type="solo.project" name="startsOn" form={form} />
      {values.startsOn !== null && (
        <Text fz="sm" c="dimmed" mt="-0.5rem">
          {t("projects.copy.datesMove")}
        </Text>
      )}
      {lacking.map((meta) => (
        <FormInput key={meta.name} type="solo.project" name={meta.name} meta={meta} form={form} />
      ))}
      {(count > 0 || hasBudget) && (
        <fieldset className={page.choices}>
          <legend>{t("projects.copy.along")}</legend>
          {count > 0 && box("tasks", t("projects.copy.tasks", { count }))}
          {count > 0 && box("assignees", t("projects.copy.assignees"), !along.tasks)}
          {hasBudget && box("budget", t("projects.budget.label"))}
        </fieldset>
      )}
      {!isLive && <Text c="dimmed">{t("record.needsConnection")}</Text>}
    </FormFrame>
  );
}

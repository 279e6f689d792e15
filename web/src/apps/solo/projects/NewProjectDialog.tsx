import { Select } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRecords } from "@/engine/react";
import { FormDialog } from "@/ui/forms/FormFrame";
import type { CreateProps } from "@/ui/list/list";
import { RecordForm } from "@/ui/record/RecordForm";
import { CopyForm } from "./CopyForm";

interface Props extends CreateProps {
  /** For whom, where that is known already. */
  readonly customer?: string;
}

/** Asks for the least that a project needs, or of which template it is made; it begins as a draft. */
export function NewProjectDialog({ opened, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <FormDialog opened={opened} onClose={rest.onClose} title={t("projects.new.title")}>
      <NewProject {...rest} />
    </FormDialog>
  );
}

function NewProject({ customer, onClose, onCreated }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const projects = useRecords("solo.project");
  const templates = useMemo(() => projects.filter(({ values }) => values.template === true), [projects]);
  const [templateId, choose] = useState<string | null>(null);
  const template = templates.find(({ id }) => id === templateId);
  return (
    <>
      {templates.length > 0 && (
        <Select
          mb="md"
          size="md"
          label={t("projects.new.template")}
          placeholder={t("projects.new.noTemplate")}
          data={templates.map(({ id, values }) => ({ value: id, label: values.name }))}
          value={templateId}
          onChange={choose}
          clearable
          clearButtonProps={{ "aria-label": t("projects.new.noTemplate") }}
        />
      )}
      {template === undefined ? (
        <RecordForm
          type="solo.project"
          fields={["name", "customer", ["code", "billing"], ["startsOn", "endsOn"]]}
          initial={customer === undefined ? {} : { customer }}
          submit={t("projects.new.create")}
          onCancel={onClose}
          onCreated={(id) => {
            onClose();
            onCreated(id);
          }}
        />
      ) : (
        <CopyForm
          key={template.id}
          project={template}
          kind="project"
          customer={customer}
          onClose={onClose}
          onCreated={onCreated}
        />
      )}
    </>
  );
}

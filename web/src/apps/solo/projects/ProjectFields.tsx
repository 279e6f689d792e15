import { ActionIcon, Menu, UnstyledButton } from "@mantine/core";
import { IconAddressBook } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SoloProject } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import { Choices } from "@/ui/menu/Choices";
import { FieldRow } from "@/ui/record/FieldRow";
import { CustomFields } from "@/ui/record/page/CustomFields";
import { FieldSection } from "@/ui/record/page/FieldSection";
import { RecordField } from "@/ui/record/RecordField";
import { useField } from "@/ui/record/useField";
import { BudgetFields } from "./BudgetFields";
import { ColourDot } from "./ColourDot";
import type { Project } from "./projects";

interface Props {
  readonly project: Project;
}

/** What is agreed about a project: for whom, when, how it is billed, and how much it may take. */
export function ProjectFields({ project }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <FieldSection title={t("projects.groups.about")}>
        <CustomerField project={project} />
        <RecordField record={project} name="code" />
        <ColourField project={project} />
        <RecordField record={project} name="startsOn" />
        <RecordField record={project} name="endsOn" />
        <RecordField record={project} name="tags" />
        <RecordField record={project} name="description" />
      </FieldSection>
      <FieldSection title={t("projects.groups.billing")}>
        <RecordField record={project} name="billing" />
        <BudgetFields project={project} />
      </FieldSection>
      <CustomFields record={project} />
    </>
  );
}

function CustomerField({ project }: Props) {
  const { t } = useTranslation();
  const { workspace: workspaceId } = useEngine();
  const recordId = project.values.customer;
  const aside = recordId !== null && (
    <ActionIcon
      renderRoot={(props) => (
        <Link
          to="/w/$workspaceId/customers/$recordId"
          params={{ workspaceId, recordId }}
          aria-label={t("projects.openCustomer")}
          {...props}
        />
      )}
    >
      <IconAddressBook size={16} aria-hidden />
    </ActionIcon>
  );
  return <RecordField record={project} name="customer" aside={aside} />;
}

const colours = (fieldMeta("solo.project", "colour")?.choices ?? []) as readonly SoloProject["colour"][];

function ColourField({ project }: Props) {
  const { t } = useTranslation();
  const field = useField(project, "colour");
  const label = t("records.solo.project.fields.colour");
  const name = (colour: SoloProject["colour"]) => t(`records.solo.project.colour.${colour}`);
  const shown = (
    <span style={{ alignItems: "center", display: "flex", gap: "0.5rem", paddingInline: "0.625rem" }}>
      <ColourDot colour={field.value} />
      {name(field.value)}
    </span>
  );
  return (
    <FieldRow label={label} field={field}>
      {field.canEdit ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <UnstyledButton
              fz="md"
              mih="2.25rem"
              aria-label={t("record.edit", { label, value: name(field.value) })}
            >
              {shown}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Choices
              values={colours}
              chosen={field.value}
              draw={(colour) => (
                <span style={{ alignItems: "center", display: "flex", gap: "0.5rem" }}>
                  <ColourDot colour={colour} />
                  {name(colour)}
                </span>
              )}
              onChoose={field.save}
            />
          </Menu.Dropdown>
        </Menu>
      ) : (
        shown
      )}
    </FieldRow>
  );
}

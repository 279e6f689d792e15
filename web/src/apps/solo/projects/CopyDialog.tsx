import { useTranslation } from "react-i18next";
import { FormDialog } from "@/ui/forms/FormFrame";
import { CopyForm } from "./CopyForm";
import type { CopyKind } from "./copy";
import type { Project } from "./projects";

interface Props {
  readonly project: Project;
  /** What is to be made of it; `null` while nothing is. */
  readonly kind: CopyKind | null;
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}

/** Makes something like a project: another one, a template, or of a template a project. */
export function CopyDialog({ project, kind, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <FormDialog
      opened={kind !== null}
      onClose={rest.onClose}
      title={kind !== null && t(`projects.copy.${kind}Title`, { name: project.values.name })}
    >
      {kind !== null && <CopyForm project={project} kind={kind} {...rest} />}
    </FormDialog>
  );
}

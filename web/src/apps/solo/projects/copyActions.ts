import { IconCopy, IconFilePlus, IconTemplate } from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";
import type { CopyKind } from "./copy";

export interface CopyContext {
  readonly canCreate: boolean;
  readonly isTemplate: boolean;
  readonly copy: (kind: CopyKind) => void;
}

/** Of a template that is what one has it for. */
export const projectFromTemplate = defineAction<CopyContext>({
  id: "project.fromTemplate",
  label: "actions.projectFromTemplate",
  icon: IconFilePlus,
  section: "record",
  when: ({ canCreate, isTemplate }) => canCreate && isTemplate,
  run: ({ copy }) => copy("project"),
});

export const duplicateProject = defineAction<CopyContext>({
  id: "project.duplicate",
  label: "actions.duplicateProject",
  icon: IconCopy,
  section: "record",
  when: ({ canCreate }) => canCreate,
  run: ({ copy }) => copy("duplicate"),
});

export const saveAsTemplate = defineAction<CopyContext>({
  id: "project.saveAsTemplate",
  label: "actions.saveAsTemplate",
  icon: IconTemplate,
  section: "record",
  when: ({ canCreate, isTemplate }) => canCreate && !isTemplate,
  run: ({ copy }) => copy("template"),
});

export const copyActions = [projectFromTemplate, duplicateProject, saveAsTemplate];

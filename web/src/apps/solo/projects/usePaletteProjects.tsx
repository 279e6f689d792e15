import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useRecords } from "@/engine/react";
import { useNameOf } from "@/ui/record/words";
import { ColourDot } from "./ColourDot";
import { projectsFound } from "./projects";

const most = 8;

interface PaletteProject {
  readonly id: string;
  readonly name: string;
  readonly line: string;
  readonly mark: ReactNode;
  readonly open: () => void;
}

/** The projects that the palette offers for what was typed. */
export function usePaletteProjects(query: string): readonly PaletteProject[] {
  const { i18n } = useTranslation();
  const navigate = useNavigate();
  const { workspace: workspaceId } = useEngine();
  const nameOf = useNameOf();
  const projects = useRecords("solo.project");
  if (query.trim() === "") return [];
  const customerOf = (customer: string | null) =>
    customer === null ? "" : (nameOf("solo.customer", customer) ?? "");
  return projectsFound(projects, { q: query }, ({ values }) => customerOf(values.customer), i18n.language)
    .slice(0, most)
    .map(({ id, values }) => ({
      id,
      name: values.name,
      line: [values.code, customerOf(values.customer)].filter(Boolean).join(" · "),
      mark: <ColourDot colour={values.colour} />,
      open: () =>
        void navigate({
          to: "/w/$workspaceId/projects/$projectId",
          params: { workspaceId, projectId: id },
        }),
    }));
}

import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEngine, useRecords } from "@/engine/react";
import { useNameOf } from "@/ui/record/words";
import type { PaletteRecord } from "../customers/usePaletteCustomers";
import { ColourDot } from "./ColourDot";
import { projectsFound } from "./projects";

const most = 8;

/** The projects that the palette offers for what was typed. */
export function usePaletteProjects(query: string): readonly PaletteRecord[] {
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
      detail: [values.code, customerOf(values.customer)].filter(Boolean).join(" · "),
      icon: <ColourDot colour={values.colour} />,
      open: () =>
        void navigate({
          to: "/w/$workspaceId/projects/$projectId",
          params: { workspaceId, projectId: id },
        }),
    }));
}

import type { SoloProject } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";
import { fold, foldedWords } from "@/ui/language/fold";

export type Project = View<"solo.project">;
export type ProjectState = SoloProject["state"];
export type ProjectView = "list" | "board" | "timeline";

export const states = (fieldMeta("solo.project", "state")?.choices ?? []) as readonly ProjectState[];
export const views: readonly ProjectView[] = ["list", "board", "timeline"];

/** What the page shows and how; it lives in the address. */
export interface ProjectSearch {
  readonly q?: string;
  readonly state?: ProjectState;
  readonly view?: Exclude<ProjectView, "list">;
}

/** Reads the address, which anybody may have written by hand. */
export function readProjectSearch(raw: Readonly<Record<string, unknown>>): ProjectSearch {
  const q = typeof raw.q === "string" || typeof raw.q === "number" ? String(raw.q) : "";
  const state = states.find((known) => known === raw.state);
  const view = views.find((known) => known === raw.view);
  return {
    ...(q !== "" && { q: [...q].slice(0, 200).join("") }),
    ...(state !== undefined && { state }),
    ...(view !== undefined && view !== "list" && { view }),
  };
}

/** Every word must occur in name, code, tags or the customer's name; by state, then by name. */
export function projectsFound(
  projects: readonly Project[],
  { q = "", state }: ProjectSearch,
  customerOf: (project: Project) => string,
  language: string,
): readonly Project[] {
  const words = foldedWords(q);
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const order = (project: Project) => stateOrder.indexOf(project.values.state);
  return projects
    .filter((project) => {
      const { name, code, tags } = project.values;
      if (state !== undefined && project.values.state !== state) return false;
      if (words.length === 0) return true;
      const text = fold([name, code ?? "", customerOf(project), ...tags].join("\n"));
      return words.every((word) => text.includes(word));
    })
    .toSorted((one, other) => order(one) - order(other) || compare(one.values.name, other.values.name));
}

/** What is worked on comes first. */
const stateOrder: readonly ProjectState[] = ["active", "draft", "completed", "archived"];

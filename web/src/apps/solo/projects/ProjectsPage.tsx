import { SegmentedControl, Select, Skeleton, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBriefcase, IconLock, IconSearch, IconSearchOff } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLoaded, useMe, useRecords } from "@/engine/react";
import { ActionButton } from "@/ui/actions/ActionButton";
import { useActions } from "@/ui/actions/registry";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { useNameOf } from "@/ui/record/words";
import { TransferMenu } from "@/ui/transfer/TransferMenu";
import { newProject, type ProjectsContext, projectsActions } from "./actions";
import { NewProjectDialog } from "./NewProjectDialog";
import { ProjectBoard } from "./ProjectBoard";
import { ProjectRows } from "./ProjectRows";
import { ProjectTimeline } from "./ProjectTimeline";
import {
  type Project,
  type ProjectSearch,
  projectsFound,
  readProjectSearch,
  states,
  views,
} from "./projects";
import classes from "./projects.module.css";

const route = getRouteApi("/w/$workspaceId/projects");

/** All projects: as a list, by their state, or along the days. */
export function ProjectsPage() {
  const { t, i18n } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { can } = useMe();
  const all = useRecords("solo.project");
  const customers = useRecords("solo.customer");
  const loaded = useLoaded("solo.project");
  const nameOf = useNameOf();
  const wanted = useDeferredValue(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: customers that come in have names to search by
  const projects = useMemo(
    () =>
      projectsFound(
        all,
        wanted,
        ({ values }) => (values.customer === null ? "" : (nameOf("solo.customer", values.customer) ?? "")),
        i18n.language,
      ),
    [all, customers, wanted, nameOf, i18n.language],
  );
  const searchRef = useRef<HTMLInputElement>(null);
  const [creating, create] = useDisclosure(false);
  const show = (next: ProjectSearch) =>
    void navigate({ to: ".", search: { ...readProjectSearch({ ...next }) }, replace: true });
  const context: ProjectsContext = {
    canCreate: can("solo.project.create"),
    create: create.open,
    search: () => searchRef.current?.focus(),
    show: (view) => show({ ...search, view: view === "list" ? undefined : view } as ProjectSearch),
  };
  useActions(projectsActions, context);
  usePageTitle(t("projects.title"));

  return (
    <div className={classes.page}>
      <header className={classes.toolbar}>
        <h1 className={classes.title}>{t("projects.title")}</h1>
        <span className={classes.spring} />
        <TransferMenu type="solo.project" title={t("projects.title")} />
        <ActionButton action={newProject} context={context} />
        <div className={classes.tools}>
          <TextInput
            ref={searchRef}
            className={classes.search ?? ""}
            size="sm"
            type="search"
            aria-label={t("actions.searchProjects")}
            placeholder={t("projects.searchHint")}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search.q ?? ""}
            onChange={(event) => show({ ...search, q: event.currentTarget.value })}
          />
          {search.view !== "board" && (
            <Select
              size="sm"
              w="9.5rem"
              aria-label={t("records.solo.project.fields.state")}
              placeholder={t("projects.anyState")}
              clearable
              clearButtonProps={{ "aria-label": t("projects.anyState") }}
              data={states.map((value) => ({ value, label: t(`records.solo.project.state.${value}`) }))}
              value={search.state ?? null}
              onChange={(state) => show({ ...search, state: state ?? undefined } as ProjectSearch)}
            />
          )}
          <SegmentedControl
            size="sm"
            aria-label={t("projects.view")}
            value={search.view ?? "list"}
            onChange={context.show}
            data={views.map((value) => ({ value, label: t(`projects.views.${value}`) }))}
          />
        </div>
      </header>
      <div className={classes.content}>
        {loaded === "loading" && all.length === 0 ? (
          <Loading label={t("common.loading")} />
        ) : loaded === "refused" ? (
          <EmptyState icon={IconLock} title={t("projects.refused.title")}>
            {t("projects.refused.text")}
          </EmptyState>
        ) : all.length === 0 ? (
          <EmptyState
            icon={IconBriefcase}
            title={t("projects.empty.title")}
            action={<ActionButton action={newProject} context={context} />}
          >
            {t(context.canCreate ? "projects.empty.text" : "projects.empty.textViewer")}
          </EmptyState>
        ) : projects.length === 0 ? (
          <EmptyState icon={IconSearchOff} title={t("projects.none.title")}>
            {t("projects.none.text")}
          </EmptyState>
        ) : (
          <Shown view={search.view ?? "list"} projects={projects} />
        )}
      </div>
      <NewProjectDialog opened={creating} onClose={create.close} />
    </div>
  );
}

function Shown({ view, projects }: { readonly view: string; readonly projects: readonly Project[] }) {
  if (view === "board") return <ProjectBoard projects={projects} />;
  return view === "timeline" ? <ProjectTimeline projects={projects} /> : <ProjectRows projects={projects} />;
}

function Loading({ label }: { readonly label: string }) {
  return (
    <div role="status" aria-label={label} className={classes.skeletons}>
      <Skeleton h={14} w="45%" />
      <Skeleton h={14} w="60%" />
      <Skeleton h={14} w="38%" />
    </div>
  );
}

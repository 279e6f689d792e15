// The pages of a workspace, as one file to load.
export { CustomerPage, CustomersPage } from "@/apps/solo/customers/pages";
export { ProjectPage, ProjectsPage } from "@/apps/solo/projects/pages";
export { PeoplePage } from "@/platform/workspaces/PeoplePage";
export { SettingsPage } from "@/platform/workspaces/SettingsPage";
export { WorkspacePage } from "./WorkspacePage";

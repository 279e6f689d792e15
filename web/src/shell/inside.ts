// The pages of a workspace, as one file to load.
export { CustomerPage, CustomersPage } from "@/apps/solo/customers/pages";
export { ProjectPage } from "@/apps/solo/projects/ProjectPage";
export { ProjectsPage } from "@/apps/solo/projects/ProjectsPage";
export { PeoplePage } from "@/platform/workspaces/PeoplePage";
export { SettingsPage } from "@/platform/workspaces/SettingsPage";
export { HomePage } from "./home/HomePage";
export { WorkspacePage } from "./WorkspacePage";

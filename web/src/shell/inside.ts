// The pages of a workspace, as one file to load.
export { CustomerPage } from "@/apps/solo/customers/CustomerPage";
export { CustomersPage } from "@/apps/solo/customers/CustomersPage";
export { PeoplePage } from "@/platform/workspaces/PeoplePage";
export { SettingsPage } from "@/platform/workspaces/SettingsPage";
export { WorkspacePage } from "./WorkspacePage";

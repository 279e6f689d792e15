import { type Icon, IconAddressBook, IconBriefcase, IconHome, IconUsers } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";

interface NavigationPage {
  /** What the tour calls it. */
  readonly id: string;
  readonly to:
    | "/w/$workspaceId"
    | "/w/$workspaceId/customers"
    | "/w/$workspaceId/projects"
    | "/w/$workspaceId/people";
  readonly label: ParseKeys;
  readonly icon: Icon;
}

/** The pages of a workspace, in the order in which the navigation shows them. */
export const pages: readonly NavigationPage[] = [
  { id: "home", to: "/w/$workspaceId", label: "home.title", icon: IconHome },
  { id: "customers", to: "/w/$workspaceId/customers", label: "customers.title", icon: IconAddressBook },
  { id: "projects", to: "/w/$workspaceId/projects", label: "projects.title", icon: IconBriefcase },
  { id: "people", to: "/w/$workspaceId/people", label: "people.title", icon: IconUsers },
];

/** Every other page lies below the home, which is the current one only by itself. */
export const currentWhen = ({ id }: NavigationPage) => ({ exact: id === "home" });

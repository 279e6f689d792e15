import { type Icon, IconAddressBook, IconBriefcase, IconUsers } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";

interface NavigationPage {
  readonly to: "/w/$workspaceId/customers" | "/w/$workspaceId/projects" | "/w/$workspaceId/people";
  readonly label: ParseKeys;
  readonly icon: Icon;
}

/** The pages of a workspace, in the order in which the navigation shows them. */
export const pages: readonly NavigationPage[] = [
  { to: "/w/$workspaceId/customers", label: "customers.title", icon: IconAddressBook },
  { to: "/w/$workspaceId/projects", label: "projects.title", icon: IconBriefcase },
  { to: "/w/$workspaceId/people", label: "people.title", icon: IconUsers },
];

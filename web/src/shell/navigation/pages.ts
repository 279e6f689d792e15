import { type Icon, IconHome, IconUsers } from "@tabler/icons-react";
import type { ParseKeys } from "i18next";
import type { List } from "@/ui/list/list";
import { lists } from "../lists";

interface NavigationPage {
  /** What the tour calls it. */
  readonly id: string;
  readonly to: "/w/$workspaceId" | "/w/$workspaceId/people" | `/w/$workspaceId/${List["page"]}`;
  readonly label: ParseKeys;
  readonly icon: Icon;
}

/** The pages of a workspace, in the order in which the navigation shows them: every list has one. */
export const pages: readonly NavigationPage[] = [
  { id: "home", to: "/w/$workspaceId", label: "home.title", icon: IconHome },
  ...lists.map(({ page, words, icon }) => ({
    id: page,
    to: `/w/$workspaceId/${page}` as const,
    label: words.title,
    icon,
  })),
  { id: "people", to: "/w/$workspaceId/people", label: "people.title", icon: IconUsers },
];

/** Every other page lies below the home, which is the current one only by itself. */
export const currentWhen = ({ id }: NavigationPage) => ({ exact: id === "home" });

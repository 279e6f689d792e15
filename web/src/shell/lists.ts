import { customerList } from "@/apps/solo/customers/list";
import { projectList } from "@/apps/solo/projects/list";
import type { List } from "@/ui/list/list";

/** Every list there is, in the order in which the palette offers their records. */
export const lists: readonly List[] = [customerList, projectList];

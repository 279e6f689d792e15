import { ListPage } from "@/ui/list/ListPage";
import { OpenRecord } from "@/ui/list/OpenRecord";
import { projectList } from "./list";

export const ProjectsPage = () => <ListPage list={projectList} />;
export const ProjectPage = () => <OpenRecord list={projectList} />;

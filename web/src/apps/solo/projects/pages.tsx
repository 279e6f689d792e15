import { ListPage } from "@/ui/list/ListPage";
import { RecordPage } from "@/ui/list/RecordPage";
import { projectList } from "./list";

export const ProjectsPage = () => <ListPage list={projectList} />;
export const ProjectPage = () => <RecordPage list={projectList} />;

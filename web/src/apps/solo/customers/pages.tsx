import { ListPage } from "@/ui/list/ListPage";
import { RecordPage } from "@/ui/list/RecordPage";
import { customerList } from "./list";

export const CustomersPage = () => <ListPage list={customerList} />;
export const CustomerPage = () => <RecordPage list={customerList} />;

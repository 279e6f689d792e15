import { ListPage } from "@/ui/list/ListPage";
import { OpenRecord } from "@/ui/list/OpenRecord";
import { customerList } from "./list";

export const CustomersPage = () => <ListPage list={customerList} />;
export const CustomerPage = () => <OpenRecord list={customerList} />;

import { Group, SegmentedControl, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { kindOf } from "./fields";
import { type ListDeclaration, labelOf } from "./list";
import { type ListSearch, type Order, orderOf, withOrder } from "./search";

interface Props {
  readonly list: ListDeclaration;
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
}

export function isSortable(list: ListDeclaration, field: string): boolean {
  return kindOf(list, field) !== "list";
}

/** By which column, and in which direction, where there are no column heads to click. */
export function SortChoices({ list, search, onSearch }: Props) {
  const { t } = useTranslation();
  const order = orderOf(search, list.name);
  const sort = (next: Order) => onSearch(withOrder(search, next, list.name));
  const columns = list.columns.filter(({ field }) => isSortable(list, field));
  return (
    <Group gap="xs" align="end" mt="sm" wrap="nowrap">
      <Select
        flex={1}
        size="sm"
        label={t("list.sort.title")}
        data={columns.map(({ field, label }) => ({ value: field, label: labelOf(t, { label }) }))}
        value={order.field}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={(field) => field !== null && sort({ ...order, field })}
      />
      <SegmentedControl
        size="sm"
        aria-label={t("list.sort.direction")}
        value={order.descending ? "down" : "up"}
        onChange={(way) => sort({ ...order, descending: way === "down" })}
        data={[
          { value: "up", label: t("list.sort.up") },
          { value: "down", label: t("list.sort.down") },
        ]}
      />
    </Group>
  );
}

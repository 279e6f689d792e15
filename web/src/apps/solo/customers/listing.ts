import type { SoloCustomer } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";
import { fold, foldedWords } from "@/ui/language/fold";

export type Customer = View<"solo.customer">;
export type CustomerStatus = SoloCustomer["status"];
export type CustomerSort = "name" | "changed";

export const statuses = (fieldMeta("solo.customer", "status")?.choices ?? []) as readonly CustomerStatus[];
export const sorts: readonly CustomerSort[] = ["name", "changed"];

/** What the list shows; it lives in the address, so that a filtered list can be sent to a colleague. */
export interface CustomerSearch {
  readonly q?: string;
  readonly status?: CustomerStatus;
  readonly sort?: CustomerSort;
}

/** The search is a part of the address, of which servers read a few thousand bytes. */
export const longestQuery = 200;

/** Reads the address, which anybody may have written by hand. */
export function readSearch(raw: Readonly<Record<string, unknown>>): CustomerSearch {
  const q = typeof raw.q === "string" || typeof raw.q === "number" ? String(raw.q) : "";
  const status = statuses.find((known) => known === raw.status);
  const sort = sorts.find((known) => known === raw.sort);
  return {
    ...(q !== "" && { q: [...q].slice(0, longestQuery).join("") }),
    ...(status !== undefined && { status }),
    ...(sort !== undefined && sort !== "name" && { sort }),
  };
}

// Views stay the same object until something in them changes, so what was folded once is kept with them.
const haystacks = new WeakMap<Customer, string>();

function haystackOf(customer: Customer): string {
  let haystack = haystacks.get(customer);
  if (haystack === undefined) {
    const { name, email, tags } = customer.values;
    haystack = fold([name, email ?? "", ...tags].join("\n"));
    haystacks.set(customer, haystack);
  }
  return haystack;
}

/** Every word of the query must occur in name, e-mail or tags. */
export function filterCustomers(customers: readonly Customer[], search: CustomerSearch): readonly Customer[] {
  const words = foldedWords(search.q ?? "");
  if (words.length === 0 && search.status === undefined) return customers;
  return customers.filter(
    (customer) =>
      (search.status === undefined || customer.values.status === search.status) &&
      words.every((word) => haystackOf(customer).includes(word)),
  );
}

export function sortCustomers(
  customers: readonly Customer[],
  sort: CustomerSort,
  language: string,
): readonly Customer[] {
  if (sort === "changed") {
    return customers.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt));
  }
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  return customers.toSorted((one, other) => compare(one.values.name, other.values.name));
}

/** The same question in the words of the server, which looks for the words in every text. */
export function serverQuery({ q = "", status }: CustomerSearch): string {
  const words = q.split(/\s+/u).filter(Boolean);
  const quoted = words.map((word) => `"${word.replaceAll('"', '""')}"`);
  return [...quoted, ...(status === undefined ? [] : [`status:${status}`])].join(" ");
}

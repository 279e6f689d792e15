import { describe, expect, it } from "vitest";
import type { SoloCustomer } from "@/contract/contract";
import { type Customer, filterCustomers, readSearch, serverQuery, sortCustomers } from "./listing";

function customer(
  values: Partial<SoloCustomer> & { name: string },
  updatedAt = "2026-01-01T00:00:00Z",
): Customer {
  return {
    type: "solo.customer",
    id: values.name,
    version: 1,
    createdAt: updatedAt,
    createdBy: null,
    updatedAt,
    updatedBy: null,
    state: "confirmed",
    fields: {},
    values: {
      kind: "company",
      email: null,
      phone: null,
      vatId: null,
      status: "active",
      reason: null,
      currency: null,
      language: null,
      paymentDays: null,
      taxProfile: null,
      eInvoiceAddress: null,
      eInvoiceScheme: null,
      buyerReference: null,
      tags: [],
      ...values,
    },
  };
}

const names = (customers: readonly Customer[]) => customers.map(({ values }) => values.name);

const muller = customer({ name: "Müller GmbH", email: "post@mueller.example", tags: ["wholesale"] });
const angstrom = customer({ name: "Ångström", status: "lead", tags: ["north", "wholesale"] });
const zola = customer({ name: "zola 10" }, "2026-03-01T00:00:00Z");
const zola2 = customer({ name: "Zola 9" }, "2026-02-01T00:00:00Z");
const all = [zola, muller, angstrom, zola2];

describe("filterCustomers", () => {
  it("finds by name, e-mail and tags, whatever the accents and the case", () => {
    expect(names(filterCustomers(all, { q: "MULLER" }))).toEqual(["Müller GmbH"]);
    expect(names(filterCustomers(all, { q: "mueller.example" }))).toEqual(["Müller GmbH"]);
    expect(names(filterCustomers(all, { q: "wholesale" }))).toEqual(["Müller GmbH", "Ångström"]);
  });

  it("finds letters that are no others with accents, as the server does", () => {
    const [lodz, ost, strassburg, oeuvre, sisyphos] = ["Łódź", "Øst", "Straßburg", "Œuvre", "ΣΊΣΥΦΟΣ"];
    const cities = [lodz, ost, strassburg, oeuvre, sisyphos].map((name) => customer({ name }));
    expect(names(filterCustomers(cities, { q: "lodz" }))).toEqual([lodz]);
    expect(names(filterCustomers(cities, { q: "ost" }))).toEqual([ost]);
    expect(names(filterCustomers(cities, { q: "strassburg" }))).toEqual([strassburg]);
    expect(names(filterCustomers(cities, { q: "oeuvre" }))).toEqual([oeuvre]);
    expect(names(filterCustomers(cities, { q: "σισυφος" }))).toEqual([sisyphos]);
  });

  it("wants every word and the status", () => {
    expect(names(filterCustomers(all, { q: "wholesale north" }))).toEqual(["Ångström"]);
    expect(names(filterCustomers(all, { q: "wholesale", status: "lead" }))).toEqual(["Ångström"]);
    expect(filterCustomers(all, { q: "nobody" })).toEqual([]);
  });

  it("gives the same list when nothing is asked, so that nothing is drawn anew", () => {
    expect(filterCustomers(all, {})).toBe(all);
  });
});

describe("sortCustomers", () => {
  it("sorts names as the language does, numbers by their size", () => {
    expect(names(sortCustomers(all, "name", "de"))).toEqual(["Ångström", "Müller GmbH", "Zola 9", "zola 10"]);
  });

  it("sorts by the latest change first", () => {
    expect(names(sortCustomers([muller, zola2, zola], "changed", "en"))[0]).toBe("zola 10");
  });
});

describe("serverQuery", () => {
  it("says each word in quotation marks, so that none of them is a sign of the language", () => {
    expect(serverQuery({ q: ' or  "x" -y', status: "lead" })).toBe('"or" """x""" "-y" status:lead');
    expect(serverQuery({})).toBe("");
  });
});

describe("readSearch", () => {
  it("keeps what it knows and drops the rest", () => {
    expect(readSearch({ q: 42, status: "lead", sort: "changed", evil: "x" })).toEqual({
      q: "42",
      status: "lead",
      sort: "changed",
    });
    expect(readSearch({ q: "", status: "asleep", sort: "name" })).toEqual({});
  });

  it("keeps the address short enough to be loaded again", () => {
    expect(readSearch({ q: "🐙".repeat(10_000) })).toEqual({ q: "🐙".repeat(200) });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { View } from "@/engine/types";
import { valuesInUse } from "@/ui/record/valuesInUse";
import type { ListDeclaration } from "./list";
import { comparison, Listing } from "./listing";
import { customer, customers, names } from "./testing/customers";

const zola = customer({ name: "zola 10" }, "2026-03-01T00:00:00Z");
const muller = customer({ name: "Müller GmbH", email: "post@mueller.example", tags: ["wholesale"] });
const angstrom = customer({ name: "Ångström", status: "lead", tags: ["north", "wholesale"] });
const zola2 = customer({ name: "Zola 9" }, "2026-02-01T00:00:00Z");
const all = [zola, muller, angstrom, zola2];

const rows = (search: Parameters<Listing["rows"]>[1], records: readonly View[] = all, language = "de") =>
  names(new Listing(customers, language).rows(records, search));

describe("a listing finds", () => {
  it("by every field that is searched, whatever the accents and the case", () => {
    expect(rows({ q: "MULLER" })).toEqual(["Müller GmbH"]);
    expect(rows({ q: "mueller.example" })).toEqual(["Müller GmbH"]);
    expect(rows({ q: "wholesale" })).toEqual(["Ångström", "Müller GmbH"]);
  });

  it("letters that are no others with accents, as the server does", () => {
    const [lodz, ost, strassburg, oeuvre, sisyphos] = ["Łódź", "Øst", "Straßburg", "Œuvre", "ΣΊΣΥΦΟΣ"];
    const cities = [lodz, ost, strassburg, oeuvre, sisyphos].map((name) => customer({ name }));
    expect(rows({ q: "lodz" }, cities)).toEqual([lodz]);
    expect(rows({ q: "ost" }, cities)).toEqual([ost]);
    expect(rows({ q: "strassburg" }, cities)).toEqual([strassburg]);
    expect(rows({ q: "oeuvre" }, cities)).toEqual([oeuvre]);
    expect(rows({ q: "σισυφος" }, cities)).toEqual([sisyphos]);
  });

  it("what has every word, and one of the values of every filter", () => {
    expect(rows({ q: "wholesale north" })).toEqual(["Ångström"]);
    expect(rows({ q: "wholesale", status: ["lead"] })).toEqual(["Ångström"]);
    expect(rows({ status: ["lead", "active"], tags: ["wholesale", "south"] })).toEqual([
      "Ångström",
      "Müller GmbH",
    ]);
    expect(rows({ q: "nobody" })).toEqual([]);
  });

  it("what lies in a range of days, and what is not true where nobody said that it is", () => {
    expect(rows({ updatedAt: "2026-02-01..2026-02-28" })).toEqual(["Zola 9"]);
    const projects = { ...customers, type: "solo.project" } as ListDeclaration;
    const all = [null, true].map((template) => {
      const view = customer({ name: String(template) });
      return { ...view, type: "solo.project", values: { ...view.values, template } } as unknown as View;
    });
    const found = (template: string[]) => names(new Listing(projects, "en").rows(all, { template }));
    expect(found(["true"])).toEqual(["true"]);
    expect(found(["false"])).toEqual(["null"]);
  });

  it("by the names of what is referred to, also once these have changed", () => {
    const searched = ["name", "customer"];
    const list = { ...customers, type: "solo.contact", searched } as unknown as ListDeclaration;
    const contact = (name: string, of: string) => {
      const view = customer({ name });
      return { ...view, type: "solo.contact", values: { ...view.values, customer: of } } as unknown as View;
    };
    const all = [contact("Ana", "1"), contact("Bo", "2")];
    const listing = new Listing(list, "en");
    const found = (q: string) => names(listing.rows(all, { q, sort: "customer" }));
    listing.call(
      new Map([
        ["1", "Zeppelin"],
        ["2", "Harbour"],
      ]),
    );
    expect(found("")).toEqual(["Bo", "Ana"]);
    expect(found("zepp")).toEqual(["Ana"]);
    listing.call(
      new Map([
        ["1", "Aeroplane"],
        ["2", "Harbour"],
      ]),
    );
    expect(found("zepp")).toEqual([]);
    expect(found("")).toEqual(["Ana", "Bo"]);
  });

  it("and gives the same list while nothing changed, so that nothing is drawn anew", () => {
    const listing = new Listing(customers, "de");
    const search = { q: "wholesale" };
    expect(listing.rows(all, search)).toBe(listing.rows(all, search));
    expect(listing.rows(all, {})).toBe(listing.rows(all, {}));
  });
});

describe("a listing sorts", () => {
  it("names as the language does, numbers by their size", () => {
    expect(rows({})).toEqual(["Ångström", "Müller GmbH", "Zola 9", "zola 10"]);
    expect(rows({ sort: "-name" })).toEqual(["zola 10", "Zola 9", "Müller GmbH", "Ångström"]);
    expect(rows({}, all, "sv")).toEqual(["Müller GmbH", "Zola 9", "zola 10", "Ångström"]);
  });

  it("choices in the order of the contract, and what has no value last", () => {
    expect(rows({ sort: "status" })[0]).toBe("Ångström");
    expect(rows({ sort: "email" })[0]).toBe("Müller GmbH");
    expect(rows({ sort: "-email" })[0]).toBe("Müller GmbH");
    expect(rows({ sort: "-updatedAt" })[0]).toBe("zola 10");
  });
});

describe("a listing that saw changes", () => {
  const name = fc.constantFrom("Ada", "ada 2", "Ångström", "Zola 10", "Zola 9", "ß", "", "Müller");
  const step = fc.record({ kind: fc.constantFrom("add", "change", "take"), at: fc.nat(), name });
  const sorts = [{ sort: "name" }, { sort: "-updatedAt" }, { sort: "status" }];

  it("shows what one that starts anew would show", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 5 }),
        fc.constantFrom(...sorts),
        fc.array(fc.constantFrom("", "a", "ad", "ada", "z", "zo", "9"), { maxLength: 6 }),
        (rounds, sort, queries) => {
          const listing = new Listing(customers, "de");
          let records: readonly View[] = [];
          const check = (q: string) => {
            const search = { ...sort, ...(q !== "" && { q }) };
            expect(names(listing.rows(records, search))).toEqual(
              names(new Listing(customers, "de").rows(records, search)),
            );
          };
          for (const [round, steps] of rounds.entries()) {
            for (const { kind, at, name } of steps) {
              const place = records.length === 0 ? 0 : at % records.length;
              const held = records[place];
              if (kind === "add" || held === undefined) records = [...records, customer({ name })];
              else if (kind === "take") records = records.toSpliced(place, 1);
              else records = records.with(place, { ...customer({ name }), id: held.id });
            }
            check(queries[round] ?? "");
          }
          for (const q of queries) check(q);
        },
      ),
    );
  });

  it("shows the same after many changes at once", () => {
    const before = Array.from({ length: 300 }, (_, at) => customer({ name: `Customer ${(at * 7) % 300}` }));
    const now = before
      .map((record, at) =>
        at % 3 === 0 ? { ...customer({ name: `Customer ${at} again` }), id: record.id } : record,
      )
      .filter((_, at) => at % 5 !== 0);
    const listing = new Listing(customers, "de");
    for (const search of [{}, { q: "again" }]) {
      listing.rows(before, search);
      expect(names(listing.rows(now, search))).toEqual(names(new Listing(customers, "de").rows(now, search)));
    }
  });

  it("has one order for records that say the same", () => {
    const [one, other] = [customer({ name: "Ada" }), customer({ name: "Ada" })];
    const compare = comparison(customers, { field: "status", descending: true }, "en");
    expect([one, other].sort(compare)).toEqual([other, one].sort(compare));
  });
});

describe("the values in use", () => {
  it("stand each once, the most used first", () => {
    expect(valuesInUse(all, "tags")).toEqual(["wholesale", "north"]);
    expect(valuesInUse(all, "status")).toEqual(["active", "lead"]);
  });
});

import { expect, it } from "vitest";
import { nameIn, namingField } from "@/ui/record/words";
import { defineList, type List, type ListDeclaration } from "./list";
import { customer, customers } from "./testing/customers";

it("says by which field its records are called, wherever one is named", () => {
  const ada = customer({ name: "Ada", email: "ada@example.org" });
  expect([namingField("solo.customer"), nameIn(ada)]).toEqual(["name", "Ada"]);
  defineList<"solo.customer">({
    ...(customers as ListDeclaration<"solo.customer">),
    words: {} as List["words"],
    name: "email",
  });
  expect([namingField("solo.customer"), nameIn(ada)]).toEqual(["email", "ada@example.org"]);
});

import { expect, it } from "vitest";
import type { FieldMeta } from "@/engine/metadata";
import { typed, typedFaults, typedValues } from "./typed";

const fee: FieldMeta = { name: "fee", kind: "money", required: false, currency: "currency" };
const currency: FieldMeta = { name: "currency", kind: "text", required: false, max: 3, format: "currency" };

it("takes an amount in the smallest unit of the currency that stands beside it", () => {
  expect(typedValues([fee, currency], { fee: "1250", currency: "JPY" })).toEqual({
    fee: 1250,
    currency: "JPY",
  });
  expect(typedValues([fee, currency], { fee: "1250", currency: "EUR" })).toEqual({
    fee: 125_000,
    currency: "EUR",
  });
  expect(typed(fee, 1250, "JPY")).toBe("1250");
});

it("asks for the currency with an amount, where the form has both", () => {
  expect(typedFaults([fee, currency], { fee: "1250", currency: "" })).toEqual([
    { code: "field.required", field: "currency" },
  ]);
  expect(typedFaults([fee, currency], { fee: "1250", currency: "EUR" })).toEqual([]);
  expect(typedFaults([fee, currency], { fee: "", currency: "" })).toEqual([]);
});

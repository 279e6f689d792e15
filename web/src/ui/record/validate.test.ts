import { describe, expect, it } from "vitest";
import { normalise, validate } from "./validate";

const customer = (field: string, value: Parameters<typeof validate>[2]) =>
  validate("solo.customer", field, value)?.code ?? null;

describe("validate", () => {
  it("takes what the contract allows", () => {
    expect(customer("name", "Ångström & Söhne 🌊")).toBeNull();
    expect(customer("email", "office@example.org")).toBeNull();
    expect(customer("email", null)).toBeNull();
    expect(customer("currency", "EUR")).toBeNull();
    expect(customer("language", "en-GB")).toBeNull();
    expect(customer("status", "lead")).toBeNull();
    expect(customer("tags", ["wholesale"])).toBeNull();
  });

  it("names the rule that was broken", () => {
    expect(customer("name", null)).toBe("field.required");
    expect(customer("email", "office at example")).toBe("field.malformed");
    expect(customer("currency", "euro")).toBe("field.too_long");
    expect(customer("currency", "eur")).toBe("field.malformed");
    expect(customer("language", "x")).toBe("field.malformed");
    expect(customer("status", "sleeping")).toBe("field.not_allowed");
    expect(customer("shoeSize", "44")).toBe("field.unknown");
    expect(customer("tags", ["x".repeat(51)])).toBe("field.too_long");
    expect(
      customer(
        "tags",
        Array.from({ length: 51 }, (_, index) => `t${index}`),
      ),
    ).toBe("list.too_many");
  });

  it("counts characters as people do, not code units", () => {
    expect(customer("name", "🌊".repeat(200))).toBeNull();
    expect(validate("solo.customer", "name", "🌊".repeat(201))).toEqual({
      code: "field.too_long",
      field: "name",
      params: { max: 200 },
    });
  });
});

describe("normalise", () => {
  it("turns blank text into no value and tidies lists", () => {
    expect(normalise("  ")).toBeNull();
    expect(normalise(" Kelp Ltd ")).toBe("Kelp Ltd");
    expect(normalise([" a ", "", "a", "b"])).toEqual(["a", "b"]);
  });
});

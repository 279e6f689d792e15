import { describe, expect, it } from "vitest";
import forms from "../../../../../contract/vatIds.json";
import { plainVatId, vatIdFault } from "./vatId";

describe("a VAT id", () => {
  it("is sound where it looks as those of its country do, or of a country that nobody knows", () => {
    for (const { example } of Object.values(forms)) expect(vatIdFault(example)).toBeNull();
    expect(vatIdFault("US123456789")).toBeNull();
    expect(vatIdFault(null)).toBeNull();
  });

  it("is none without the letters of a country or with another number of digits, and one that is sound is shown", () => {
    expect(vatIdFault("XX")).toMatchObject({ code: "customer.vat_id", params: { example: "DE136695976" } });
    expect(vatIdFault("12345678")).toMatchObject({ code: "customer.vat_id" });
    expect(vatIdFault("SE5566")).toMatchObject({ params: { example: "SE123456789701" } });
  });

  it("is written in capitals and without signs, however it was typed", () => {
    expect(plainVatId("de 136.695-976")).toBe("DE136695976");
  });
});

import { describe, expect, it } from "vitest";
import { budgetUse } from "./budget";
import type { Project } from "./projects";

const none = { budget: null, budgetMinutes: null, spent: null, spentMinutes: null };
const use = (values: object) => budgetUse({ ...none, ...values } as Project["values"]);

describe("the use of a budget", () => {
  it("is counted in time or in money", () => {
    expect(use({ budgetMinutes: 4800, spentMinutes: 3600 })).toEqual({
      isTime: true,
      used: 3600,
      share: 75,
    });
    expect(use({ budget: 1000, spent: 1500 })).toMatchObject({ isTime: false, share: 150 });
    expect(use({ budget: 1000 })).toMatchObject({ used: 0, share: 0 });
  });

  it("is nothing where there is no budget", () => {
    expect([use({}), use({ budget: 0, spent: 3 })]).toEqual([null, null]);
  });
});

import { describe, expect, it } from "vitest";
import { fieldMeta } from "@/engine/metadata";
import { following, type Option } from "./options";
import { lastOption } from "./useLastOption";

const options: readonly Option[] = ["draft", "active", "completed", "archived"].map((value) => ({
  value,
  label: value,
}));
const state = fieldMeta("solo.project", "state") ?? { name: "state", kind: "choice", required: true };
const valuesOf = (offered: readonly Option[]) => offered.map(({ value }) => value);

describe("a choice with steps", () => {
  it("offers what it holds, and what the contract lets follow on that", () => {
    expect(valuesOf(following(options, state, "draft"))).toEqual(["draft", "active"]);
    expect(valuesOf(following(options, state, "completed"))).toEqual(["active", "completed", "archived"]);
  });

  it("offers all of them where nothing is held yet, or where no steps are known", () => {
    expect(following(options, state, null)).toEqual(options);
    expect(following(options, { name: "kind", kind: "choice", required: true }, "draft")).toEqual(options);
  });
});

describe("what is typed into a select", () => {
  it("leaves one option that Enter can choose, and else none", () => {
    expect(lastOption(options, "ARCH")?.value).toBe("archived");
    expect(lastOption(options, "a")).toBeUndefined();
    expect(lastOption(options, "x")).toBeUndefined();
  });
});

import { expect, test } from "vitest";
import type { RecordTypeName } from "@/contract/contract";
import type { Operation, Values } from "@/engine/protocol";
import type { DeadLetter } from "@/engine/types";
import { unmadeIn } from "./mend";

function refused(operation: Operation, field?: string): DeadLetter {
  const error = {
    type: "about:blank",
    title: "",
    status: 409,
    detail: "",
    code: "record.not_unique",
  } as const;
  return {
    id: "l",
    operations: [operation],
    outcome: "conflict",
    error: { ...error, ...(field !== undefined && { field }) },
    current: [],
    conflicts: [],
    at: "",
    held: [],
  };
}

const made = (type: RecordTypeName, values: Values): Operation => ({ op: "create", type, id: "r", values });

test("what was to be made is asked for anew: what was typed, and what it was refused for", () => {
  const project = made("solo.project", { code: "WEB", name: "Website", tags: ["spring"] });
  expect(unmadeIn(refused(project, "customer"))?.fields).toEqual(["name", "code", "customer"]);
  const task = made("solo.task", { project: "p", title: "Design", order: "i" });
  expect(unmadeIn(refused(task))?.fields).toEqual(["project", "title"]);
  const comment = made("platform.comment", {
    recordType: "solo.task",
    record: "t",
    author: "me",
    text: "So",
  });
  expect(unmadeIn(refused(comment))?.fields).toEqual(["text"]);
  expect(unmadeIn(refused(project, "ext.oven"))?.fields).toEqual(["name", "code", "ext.oven"]);
});

test("of nothing else is there anything to ask", () => {
  expect(
    unmadeIn(refused({ op: "set", type: "solo.project", id: "r", field: "code", value: "WEB" })),
  ).toBeNull();
  expect(unmadeIn(refused(made("solo.sample", { records: [] })))).toBeNull();
});

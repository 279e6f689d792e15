import { IconCheck } from "@tabler/icons-react";
import { describe, expect, it } from "vitest";
import type { RecordTypeName } from "@/contract/contract";
import type { Engine, View } from "@/engine/types";
import { newsSince } from "./news";
import { pathOf, rootOf, type Subject } from "./subjects";

const subjects: readonly Subject[] = [
  { type: "solo.customer", icon: IconCheck, page: "customers" },
  { type: "solo.project", icon: IconCheck, page: "projects" },
  { type: "solo.task", icon: IconCheck, of: "project" },
  { type: "platform.comment", icon: IconCheck, of: "record" },
];

const held = new Map<string, View>();

/** @param minute of the hour after eight at which it was changed last */
function record(
  type: RecordTypeName,
  id: string,
  by: string | null,
  minute: number,
  values: object = {},
): View {
  const updatedAt = `2026-11-20T08:${String(minute).padStart(2, "0")}:00.000Z`;
  const view = {
    type,
    id,
    createdAt: "2026-11-01T08:00:00.000Z",
    createdBy: "me",
    updatedAt,
    updatedBy: by,
    values,
  };
  held.set(`${type}/${id}`, view as unknown as View);
  return view as unknown as View;
}

const engine = {
  record: (type: RecordTypeName, id: string) => held.get(`${type}/${id}`),
} as unknown as Pick<Engine, "record">;

const project = record("solo.project", "p", "me", 50);
const task = record("solo.task", "t", "bob", 20, { project: "p" });
const comment = record("platform.comment", "c", "eve", 40, { recordType: "solo.task", record: "t" });
const lost = record("solo.task", "x", "bob", 30, { project: "unknown" });
const customer = record("solo.customer", "k", "bob", 30);
const old = record("solo.customer", "o", "bob", 5);
const all = [project, task, comment, lost, customer, old];

const root = (view: View) => rootOf(subjects, engine, view);
const news = () => newsSince("2026-11-20T08:10:00.000Z", "me", all, root);

describe("the page on which a record is met", () => {
  it("is its own, or that of what it belongs to", () => {
    expect([project, task, comment].map((one) => root(one)?.id)).toEqual(["p", "p", "p"]);
    expect([root(lost), root(record("access.role", "r", null, 1))]).toEqual([null, null]);
    expect(pathOf(subjects, "w", project)).toBe("/w/w/projects/p");
    expect(pathOf(subjects, "w", task)).toBeUndefined();
  });
});

describe("what happened while I was away", () => {
  it("is told by the thing that it is about, the latest first", () => {
    expect(news().map((one) => [one.root.id, one.records.map(({ id }) => id), one.by])).toEqual([
      ["p", ["c", "t"], ["eve", "bob"]],
      ["k", ["k"], ["bob"]],
    ]);
  });

  it("has what the log tells beside: what I have changed since, and what was deleted", () => {
    const gone = { ...record("solo.customer", "g", "eve", 1), updatedAt: "2026-11-01T08:00:00.000Z" };
    const told = [
      { record: project, by: "eve", at: "2026-11-20T08:45:00.000Z", isGone: false },
      { record: gone, by: "bob", at: "2026-11-20T08:35:00.000Z", isGone: true },
      { record: task, by: "me", at: "2026-11-20T08:55:00.000Z", isGone: true },
    ];
    const all = newsSince("2026-11-20T08:10:00.000Z", "me", [project, task, customer], root, told);
    expect(all.map((one) => [one.root.id, one.at.slice(11, 16), one.by, one.isGone])).toEqual([
      ["p", "08:45", ["eve", "bob"], false],
      ["g", "08:35", ["bob"], true],
      ["k", "08:30", ["bob"], false],
    ]);
  });

  it("is new where the thing was made meanwhile by another", () => {
    const made = { ...customer, id: "n", createdBy: "bob", createdAt: "2026-11-20T08:25:00.000Z" };
    expect(
      newsSince("2026-11-20T08:10:00.000Z", "me", [made, customer], root).map(({ isNew }) => isNew),
    ).toEqual([true, false]);
  });
});

import { afterEach, expect, test, vi } from "vitest";
import { recordsApi } from "./recordsApi";

afterEach(() => {
  vi.unstubAllGlobals();
});

const lost = () => Promise.reject(new TypeError("fetch failed"));
const answer = (status: number, body: string) => () => Promise.resolve(new Response(body, { status }));
const done = answer(200, `{"id":"t","record":"r"}`);

/** Answers one after the other; what comes back is the ids that were sent. */
function answering(...answers: (() => Promise<Response>)[]): string[] {
  const ids: string[] = [];
  vi.stubGlobal("fetch", (_path: string, { body }: { body: string }) => {
    ids.push(JSON.parse(body).id);
    return (answers.shift() ?? lost)();
  });
  return ids;
}

const copy = (name: string) =>
  recordsApi.copy("w", "solo.project", "p", { values: { name }, with: {}, days: 0 });

test.each([
  ["that was lost", lost],
  ["of a gateway", answer(502, "<html>Bad gateway</html>")],
  ["that says the server broke", answer(500, `{"code":"server.error","status":500}`)],
  ["that breaks off", answer(200, `{"id":`)],
])(
  "after an answer %s the same command goes under the same id, and the next one under another",
  async (_, first) => {
    const ids = answering(first, done, done);
    await expect(copy("One")).rejects.toThrow();
    await copy("One");
    await copy("One");
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/u);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  },
);

test("a refusal is an answer, and another command is another one", async () => {
  const ids = answering(answer(422, `{"code":"field.required","status":422}`), lost, done, done);
  await expect(copy("Two")).rejects.toThrow();
  await expect(copy("Two")).rejects.toThrow();
  await copy("Three");
  await copy("Two");
  expect(new Set(ids).size).toBe(3);
  expect(ids[3]).toBe(ids[1]);
});

test("a merge and each part of an import are sent so", async () => {
  const ids = answering(lost, done, lost, lost, done, done);
  const merge = () => recordsApi.merge("w", "solo.customer", "a", "b", []);
  const part = (csv: string) => recordsApi.import("w", "solo.customer", { csv, columns: {} });
  await expect(merge()).rejects.toThrow();
  await merge();
  await expect(part("name\nA")).rejects.toThrow();
  await expect(part("name\nB")).rejects.toThrow();
  await part("name\nA");
  await part("name\nB");
  expect(ids[1]).toBe(ids[0]);
  expect(ids.slice(4)).toEqual(ids.slice(2, 4));
  expect(new Set(ids).size).toBe(3);
});

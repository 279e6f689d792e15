import { afterEach, expect, test, vi } from "vitest";
import { followBuilds } from "./builds";

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function page(build: string, isPast: boolean) {
  const other = vi.fn();
  stops.push(followBuilds(build, isPast, other));
  return other;
}

/** When this has come, so has all that was said before. */
async function heardAll(): Promise<void> {
  const [one, two] = [new BroadcastChannel("test"), new BroadcastChannel("test")];
  await new Promise((resolve) => {
    two.onmessage = resolve;
    one.postMessage(null);
  });
  one.close();
  two.close();
}

test("a page hears of one of another build that came past the worker, and of no other", async () => {
  const old = page("1", false);
  page("1", true);
  page("2", false);
  await heardAll();
  expect(old).not.toHaveBeenCalled();
  const next = page("2", true);
  await vi.waitFor(() => expect(old).toHaveBeenCalled());
  expect(next).not.toHaveBeenCalled();
});

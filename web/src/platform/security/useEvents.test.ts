import { describe, expect, it } from "vitest";
import type { EventPage, SecurityEvent } from "@/engine/api";
import { joined } from "./useEvents";

const page = (ids: string, next: string | null = null): EventPage => ({
  events: [...ids].map((id) => ({ id }) as SecurityEvent),
  next,
  people: null,
});
const shown = ({ events, next }: EventPage) => [events.map(({ id }) => id).join(""), next];

describe("events that come in pages", () => {
  it("are followed by the older ones", () => {
    expect(shown(joined(page("dc", "x"), page("ba", "y"), true))).toEqual(["dcba", "y"]);
  });

  it("are headed by what has happened since, and stay the same where nothing has", () => {
    expect(shown(joined(page("dcba", "x"), page("edc", "z"), false))).toEqual(["edcba", "x"]);
    const held = page("dcba", "x");
    expect(joined(held, page("dc", "z"), false)).toBe(held);
  });

  it("begin anew where so much has happened that some may lie between", () => {
    expect(shown(joined(page("ba", "x"), page("zyx", "w"), false))).toEqual(["zyx", "w"]);
    expect(shown(joined(page(""), page("a"), false))).toEqual(["a", null]);
  });
});

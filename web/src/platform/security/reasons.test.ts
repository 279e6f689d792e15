import { expect, it } from "vitest";
import en from "@/locales/en.json";
import { reasons } from "./reasons";

const server = import.meta.glob<string>("../../../../server/Platform/Identity/**/*.cs", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** What is given to a call that ends sessions, and what the words of an address are. */
const named = [
  /\b(?:End(?:One|All|OtherBrowsers|Everybodys)?(?:Of|With)?Async|TakeAsync)\((?<words>[^;]*)/gu,
  /end_reason = CASE (?<words>.*)/gu,
  /= Of\((?<words>"address_\w+")\);/gu,
  /const string SignedOut = (?<words>.*);/gu,
];

it("shows every reason for which the server ends a session", () => {
  const ends = new Set(
    Object.values(server).flatMap((code) =>
      named.flatMap((call) =>
        [...code.matchAll(call)].flatMap(({ groups }) =>
          [...(groups?.words ?? "").matchAll(/(?<!\$)["'](?<word>[a-z]+(?:_[a-z]+)*)["']/gu)].map(
            (word) => word.groups?.word,
          ),
        ),
      ),
    ),
  );
  const shown = new Set<string | undefined>(reasons);
  expect(
    [...ends].filter((end) => !shown.has(end) && !["pwd", "browser", "password"].includes(end ?? "")),
  ).toEqual([]);
  for (const end of [
    "idle",
    "expired",
    "signed_out",
    "revoked",
    "token_reused",
    "deletion",
    "ended_by_operator",
  ])
    expect(ends).toContain(end);
});

it("has a text for each, and shows each that has a text", () => {
  expect([...reasons].sort()).toEqual(Object.keys(en.events.reasons).sort());
});

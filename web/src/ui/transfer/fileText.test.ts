import { describe, expect, test } from "vitest";
import files from "../../../../contract/bytes.json";
import { type Encoding, encodings, readFileText } from "./fileText";

interface File {
  readonly name: string;
  readonly bytes: string;
  readonly asked?: string;
  readonly text?: string;
  readonly encoding?: string;
  readonly error?: string;
}

describe("the bytes of a file", () => {
  test.each<File>(files)("$name", ({ bytes, asked, text, encoding, error }) => {
    const read = readFileText(
      Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0)),
      asked as Encoding | undefined,
    );
    expect(read).toMatchObject(error === undefined ? { text, encoding } : { code: error });
  });

  test("are said to be guessed only where nothing names their encoding", () => {
    const western = Uint8Array.of(0x4d, 0xfc, 0x6c);
    expect(readFileText(western)).toMatchObject({ encoding: "windows-1252", isGuessed: true });
    expect(readFileText(western, "windows-1252")).toMatchObject({ isGuessed: false });
    expect(readFileText(new TextEncoder().encode("Mül"))).toMatchObject({ isGuessed: false });
  });

  test("are read in every encoding that is offered", () => {
    for (const encoding of encodings)
      expect(readFileText(Uint8Array.of(0x41, 0x42), encoding)).toMatchObject({ encoding });
  });
});

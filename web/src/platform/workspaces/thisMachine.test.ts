import { expect, it } from "vitest";
import { isThisMachine } from "./thisMachine";

it("knows the addresses that mean another machine to everyone", () => {
  for (const host of ["localhost:8400", "studio.localhost", "127.0.0.1", "127.1", "[::1]:8400"])
    expect([host, isThisMachine(`http://${host}/join#secret`)]).toEqual([host, true]);
  for (const host of ["holdfast.example", "localhost.example", "192.168.0.7", "notlocalhost", "[fe80::1]"])
    expect([host, isThisMachine(`https://${host}/join#secret`)]).toEqual([host, false]);
});

import { api, problemOf } from "@/engine/api";

/** Has the browser fetch a file; the server names it, and sends it while it is read. */
export function download(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

/**
 * The same for what takes the password once more: it is asked for first, because nothing could ask within a download.
 *
 * @returns what stood in the way; a person who changes his mind is no fault
 */
export async function downloadProven(address: string): ReturnType<typeof problemOf> {
  const refused = await problemOf(api.ensureProof());
  if (refused === null) download(address);
  return refused?.code === "auth.proof_required" ? null : refused;
}

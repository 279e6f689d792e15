/** The day that it is here, such as 2026-11-21: Sweden writes days so. */
export function today(): string {
  return new Date().toLocaleDateString("sv-SE");
}

/** Whether an address means, to everyone who opens it, the machine that they sit at. */
export function isThisMachine(address: string): boolean {
  const { hostname } = new URL(address);
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/u.test(hostname);
}

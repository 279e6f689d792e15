import { useState } from "react";

/** Whether it was ever so: what is seldom needed is loaded the first time, and then stays. */
export function useOnce(isSo: boolean): boolean {
  const [was, setWas] = useState(isSo);
  if (isSo && !was) setWas(true);
  return was || isSo;
}

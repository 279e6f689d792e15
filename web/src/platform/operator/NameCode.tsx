import { Code } from "@mantine/core";
import { useOperatorNames } from "./names";

/** What the server calls it, for whoever looks for it in a log; nothing where that is what stands above already. */
export function NameCode({ name }: { readonly name: string }) {
  const nameOf = useOperatorNames();
  return nameOf(name) === name ? null : (
    <>
      <Code>{name}</Code>{" "}
    </>
  );
}

import { VisuallyHidden } from "@mantine/core";
import { useEffect } from "react";
import { openForm } from "@/engine/api";
import type { FormName } from "@/engine/formTokens";

interface Props {
  readonly form: FormName;
  readonly input: {
    readonly name: string;
    readonly value: string;
    readonly onChange: (event: { currentTarget: { value: string } }) => void;
  };
}

/**
 * Opens a form that strangers fill in, with a field that no person sees, no keyboard reaches and no screen reader reads out: what
 * fills it in is a program. It is out of sight and not `hidden`: programs pass by that.
 */
export function Unseen({ form, input: { name, value, onChange } }: Props) {
  useEffect(() => openForm(form), [form]);
  return (
    <VisuallyHidden component="div" aria-hidden>
      <input type="text" tabIndex={-1} autoComplete="off" name={name} value={value} onChange={onChange} />
    </VisuallyHidden>
  );
}

/** What it sends. */
export function unseenOf({ subject }: { readonly subject: string }): { readonly subject?: string } {
  return subject === "" ? {} : { subject };
}

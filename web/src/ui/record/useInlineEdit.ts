import { useRef, useState } from "react";
import type { Value } from "@/engine/protocol";
import type { Field } from "./useField";
import type { Complaint } from "./validate";

export interface InlineEdit<Draft> {
  readonly editing: boolean;
  readonly draft: Draft;
  readonly complaint: Complaint | null;
  /** Someone else changed the value after the editing began. */
  readonly meanwhile: boolean;
  readonly showRef: React.RefObject<HTMLButtonElement | null>;
  readonly begin: () => void;
  readonly change: (draft: Draft) => void;
  /** Leaves the editor unless the value is refused; `refocus` when the keyboard ended it. */
  readonly commit: (refocus: boolean, draft?: Draft) => void;
  readonly cancel: () => void;
}

/** The life of an edit in place: click or Enter begins, Escape cancels, Enter or leaving saves. */
export function useInlineEdit<Draft extends Value>(field: Field, initial: Draft): InlineEdit<Draft> {
  const [editing, setEditing] = useState(false);
  const [draft, setDraft] = useState(initial);
  const [complaint, setComplaint] = useState<Complaint | null>(null);
  const base = useRef(initial);
  // A control may change and be left in one event, before React has drawn the change.
  const latest = useRef(initial);
  const showRef = useRef<HTMLButtonElement>(null);
  // Taking the editor away fires its blur once more; what has ended must not end again.
  const open = useRef(false);

  function end(refocus: boolean): void {
    open.current = false;
    setEditing(false);
    setComplaint(null);
    if (refocus) requestAnimationFrame(() => showRef.current?.focus());
  }

  return {
    editing,
    draft,
    complaint,
    meanwhile: editing && JSON.stringify(base.current) !== JSON.stringify(initial),
    showRef,
    begin() {
      base.current = initial;
      latest.current = initial;
      open.current = true;
      setDraft(initial);
      setEditing(true);
    },
    change(next) {
      latest.current = next;
      setDraft(next);
      setComplaint(null);
    },
    commit(refocus, last = latest.current) {
      if (!open.current) return;
      // Untouched text must not overwrite what someone else wrote in the meantime.
      const touched = JSON.stringify(last) !== JSON.stringify(base.current);
      const refused = touched ? field.save(last) : null;
      if (refused === null) end(refocus);
      else setComplaint(refused);
    },
    cancel: () => end(true),
  };
}

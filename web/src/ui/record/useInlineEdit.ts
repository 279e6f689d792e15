import { useEffect, useRef, useState } from "react";
import type { Value } from "@/engine/protocol";
import { isLayerOpen } from "@/ui/actions/useShortcuts";
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

/**
 * The life of an edit in place: click or Enter begins, Escape cancels, Enter or leaving saves, be it for another field
 * or for another page. `complete` adds to the draft what is still being typed.
 */
export function useInlineEdit<Draft extends Value>(
  field: Field,
  initial: Draft,
  complete: (draft: Draft) => Draft = (draft) => draft,
): InlineEdit<Draft> {
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

  /** What is wrong with the draft; else it is saved. Untouched text must not overwrite what others wrote meanwhile. */
  function save(last: Draft): Complaint | null {
    return JSON.stringify(last) === JSON.stringify(base.current) ? null : field.save(last);
  }

  // The way back takes the editor off the screen without a blur.
  const leave = useRef(() => {});
  useEffect(() => {
    leave.current = () => {
      if (open.current) save(complete(latest.current));
    };
  });
  useEffect(() => () => leave.current(), []);

  // An editor that stays open because its text is refused need not have the focus; Escape means it all the same.
  useEffect(() => {
    if (complaint === null) return;
    function onKey(event: KeyboardEvent): void {
      if (event.key !== "Escape" || isLayerOpen()) return;
      event.preventDefault();
      end(true);
    }
    document.addEventListener("keydown", onKey, true);
    return () => document.removeEventListener("keydown", onKey, true);
  });

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
    commit(refocus, last = complete(latest.current)) {
      if (!open.current) return;
      const refused = save(last);
      if (refused === null) end(refocus);
      else setComplaint(refused);
    },
    cancel: () => end(true),
  };
}

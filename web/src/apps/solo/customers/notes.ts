import type { SoloNote } from "@/contract/contract";
import { fieldMeta } from "@/engine/metadata";
import type { View } from "@/engine/types";
import { fold, foldedWords } from "@/ui/language/fold";

export type Note = View<"solo.note">;
export type NoteKind = SoloNote["kind"];

export const noteKinds = (fieldMeta("solo.note", "kind")?.choices ?? []) as readonly NoteKind[];

/** The newest first, by when it happened; of those that hold every word that is looked for. */
export function notesFound(
  notes: readonly Note[],
  query: string,
  kind: NoteKind | null,
  wordsOf: (note: Note) => string,
): readonly Note[] {
  const words = foldedWords(query);
  return notes
    .filter((note) => kind === null || note.values.kind === kind)
    .filter((note) => words.every((word) => fold(`${note.values.text}\n${wordsOf(note)}`).includes(word)))
    .toSorted((one, other) => other.values.at.localeCompare(one.values.at) || other.id.localeCompare(one.id));
}

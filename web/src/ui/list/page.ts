import { createContext } from "react";

/** What the list says to the record that is open beside it. */
export interface ListPageState {
  /** The record whose name is to be edited as soon as it is open. */
  readonly editing: string | null;
  readonly edited: () => void;
  /** Brings a row into sight and gives it the focus, when the list is to be seen again. */
  readonly reveal: (id: string) => void;
}

export const PageContext = createContext<ListPageState>({
  editing: null,
  edited: () => undefined,
  reveal: () => undefined,
});

import { createContext } from "react";

/** What the list says to the record that is open beside it. */
export interface ListPageState {
  /** The record whose name is to be edited as soon as it is open. */
  readonly editing: string | null;
  readonly edited: () => void;
}

export const PageContext = createContext<ListPageState>({
  editing: null,
  edited: () => undefined,
});

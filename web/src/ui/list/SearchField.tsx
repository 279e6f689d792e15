import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Keys } from "@/ui/actions/Keys";
import type { List } from "./list";
import classes from "./list.module.css";
import { longestQuery } from "./search";

interface Props {
  readonly list: List;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** Leaves the field for the first row. */
  readonly onDown: () => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

export function SearchField({ list, query, onQuery, onDown, inputRef }: Props) {
  const { t } = useTranslation();
  // The address follows a moment later than the keys: what is typed must not wait for it.
  const [text, setText] = useState(query);
  const sent = useRef(query);
  useEffect(() => {
    if (query !== sent.current) setText(query);
    sent.current = query;
  }, [query]);

  function search(next: string): void {
    sent.current = next;
    setText(next);
    onQuery(next);
  }

  const { label, shortcut } = list.rowActions.search;
  return (
    <TextInput
      ref={inputRef}
      size="xs"
      className={classes.search ?? ""}
      aria-label={t(label)}
      placeholder={t(list.words.searchHint)}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text === "" ? (
          shortcut !== undefined && <Keys shortcut={shortcut} hint />
        ) : (
          <CloseButton size="sm" aria-label={t("list.clearSearch")} onClick={() => search("")} />
        )
      }
      maxLength={longestQuery}
      value={text}
      onChange={(event) => search(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
        if (event.key === "Enter" || event.key === "ArrowDown") {
          event.preventDefault();
          onDown();
        }
      }}
    />
  );
}

import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { announce } from "@/ui/feedback/Announcer";
import type { Person } from "@/ui/people/PersonAvatar";
import { usePersonOf } from "./people";
import type { Field } from "./useField";

export interface News {
  readonly who: Person;
  readonly text: string;
}

/** Who has just changed the field, if anybody else did; said to a screen reader as well. */
export function useNews(label: string, field: Field): News | null {
  const { t } = useTranslation();
  const personOf = usePersonOf();
  const { recent } = field;
  const who = recent === null ? null : personOf(recent.by);
  const text = who === null ? null : t("record.changedBy", { name: who.name, field: label });

  useEffect(() => {
    if (text !== null) announce(text);
  }, [text]);

  return who === null || text === null ? null : { who, text };
}

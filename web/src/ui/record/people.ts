import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRecords } from "@/engine/react";
import type { Person } from "@/ui/people/PersonAvatar";

/** Looks people up by user id; who has left or cannot be seen is "someone". */
export function usePersonOf(): (user: string | null) => Person {
  const members = useRecords("access.member");
  const { t } = useTranslation();
  return useMemo(() => {
    const names = new Map(members.map((member) => [member.values.user, member.values.name]));
    return (user) =>
      user === null
        ? { id: "system", name: t("people.system") }
        : { id: user, name: names.get(user) ?? t("people.someone") };
  }, [members, t]);
}

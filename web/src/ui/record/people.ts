import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { permissionTo } from "@/engine/metadata";
import { useMe, useRecords } from "@/engine/react";
import type { Person } from "@/ui/people/PersonAvatar";

/** Looks people up by user id. */
export function usePersonOf(): (user: string | null) => Person {
  const members = useRecords("access.member");
  const missing = useMissingName();
  const { t } = useTranslation();
  return useMemo(() => {
    const names = new Map(members.map((member) => [member.values.user, member.values.name]));
    return (user) =>
      user === null
        ? { id: "system", name: t("people.system") }
        : { id: user, name: names.get(user) ?? missing };
  }, [members, missing, t]);
}

/** What is said of a member that is not there: he has left, or cannot be seen by whoever does not see everyone. */
export function useMissingName(): string {
  const { t } = useTranslation();
  const { can } = useMe();
  return can(permissionTo("read", "access.member")) ? t("people.former") : t("people.someone");
}

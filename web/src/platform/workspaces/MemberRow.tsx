import { Badge, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { Row } from "@/ui/layout/Rows";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import { PendingDot } from "@/ui/record/PendingDot";
import { Refusal } from "@/ui/record/Refusal";
import { useField } from "@/ui/record/useField";
import type { PeopleContext } from "./actions";
import { MemberMenu } from "./MemberMenu";
import { RoleSelect } from "./RoleSelect";
import { takesProof } from "./roles";
import { useProven } from "./useProven";

interface Props {
  readonly member: View<"access.member">;
  readonly mine: View<"access.member"> | undefined;
  readonly isLastOwner: boolean;
  readonly context: PeopleContext;
}

export function MemberRow({ member, mine, isLastOwner, context }: Props) {
  const { t } = useTranslation();
  const { can } = useMe();
  const role = useField(member, "role");
  const problemText = useProblemText();
  const { problem, prove } = useProven();
  const { name, email, user } = member.values;
  const isMe = mine?.id === member.id;
  // Nobody takes away what they do not have themselves.
  const isBeyondMe = role.value === "owner" && mine?.values.role !== "owner";
  const canRemove = can("access.member.delete") && !isLastOwner && !isMe && !isBeyondMe;
  const why = role.canEdit && isLastOwner && isMe ? <Text fz="sm">{t("people.lastOwner")}</Text> : null;
  const trouble = problem === null ? why : <Trouble text={problemText(problem)} />;

  function change(next: Role): void {
    if (takesProof(role.value, next)) void prove(() => role.save(next));
    else role.save(next);
  }

  return (
    <Row
      start={<PersonAvatar person={{ id: user, name }} size={32} bare />}
      name={
        <>
          {name}{" "}
          {isMe && (
            <Badge size="xs" variant="light" color="gray" c="dimmed" tt="none">
              {t("people.you")}
            </Badge>
          )}
        </>
      }
      detail={email}
      end={
        <>
          {role.pending && <PendingDot />}
          {role.canEdit && !isBeyondMe ? (
            <RoleSelect
              label={t("people.roleOf", { name })}
              value={role.value}
              disabled={isLastOwner}
              onChange={change}
            />
          ) : (
            <Text fz="sm" c="dimmed">
              {t(`roles.${role.value}.name`)}
            </Text>
          )}
          <MemberMenu member={member} mine={mine} canRemove={canRemove} context={context} />
        </>
      }
      note={role.letter === null ? trouble : <Refusal letter={role.letter} />}
    />
  );
}

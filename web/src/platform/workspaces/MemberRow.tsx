import { ActionIcon, Badge, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconUserMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/contract/contract";
import { remove } from "@/engine/operations";
import { useEngine, useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { Row } from "@/ui/layout/Rows";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import { PendingDot } from "@/ui/record/PendingDot";
import { Refusal } from "@/ui/record/Refusal";
import { useField } from "@/ui/record/useField";
import { RoleSelect } from "./RoleSelect";

interface Props {
  readonly member: View<"access.member">;
  readonly isLastOwner: boolean;
}

export function MemberRow({ member, isLastOwner }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { me, can } = useMe();
  const role = useField(member, "role");
  const [asking, ask] = useDisclosure(false);
  const { name, email, user } = member.values;
  const isMe = me?.user === user;
  const canRemove = can("access.member.delete") && !isLastOwner && !isMe;
  const why = role.canEdit && isLastOwner ? <Text fz="sm">{t("people.lastOwner")}</Text> : null;

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
          {role.canEdit ? (
            <RoleSelect
              label={t("people.roleOf", { name })}
              value={role.value}
              disabled={isLastOwner}
              onChange={(next: Role) => role.save(next)}
            />
          ) : (
            <Text fz="sm" c="dimmed">
              {t(`roles.${role.value}.name`)}
            </Text>
          )}
          {canRemove && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon aria-label={t("people.moreAbout", { name })}>
                  <IconDots size={16} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  color="var(--hf-danger)"
                  leftSection={<IconUserMinus size={16} />}
                  onClick={ask.open}
                >
                  {t("people.remove")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          <ConfirmDialog
            opened={asking}
            onClose={ask.close}
            title={t("people.removeTitle", { name })}
            text={t("people.removeText")}
            confirm={t("people.remove")}
            onConfirm={() => engine.transact([remove("access.member", member.id)])}
          />
        </>
      }
      note={role.letter === null ? why : <Refusal letter={role.letter} />}
    />
  );
}

import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCrown, IconDots, IconUserMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { remove } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { leaveWorkspace, type PeopleContext } from "./actions";
import { HandOverDialog } from "./HandOverDialog";

interface Props {
  readonly member: View<"access.member">;
  /** My own place in the workspace. */
  readonly mine: View<"access.member"> | undefined;
  readonly canRemove: boolean;
  readonly context: PeopleContext;
}

/** What else can be done about a member: handing over to them, sending them away; about oneself: leaving. */
export function MemberMenu({ member, mine, canRemove, context }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [asking, ask] = useDisclosure(false);
  const [handing, hand] = useDisclosure(false);
  const { name, role } = member.values;
  const isMe = mine?.id === member.id;
  const canHandOver = !isMe && mine?.values.role === "owner" && role !== "owner";
  if (!canRemove && !canHandOver && !(isMe && context.isLive)) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t("people.moreAbout", { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {canHandOver && (
            <Menu.Item leftSection={<IconCrown size={16} aria-hidden />} onClick={hand.open}>
              {t("handOver.open")}
            </Menu.Item>
          )}
          {canRemove && (
            <Menu.Item
              color="var(--hf-danger)"
              leftSection={<IconUserMinus size={16} aria-hidden />}
              onClick={ask.open}
            >
              {t("people.remove")}
            </Menu.Item>
          )}
          {isMe && <ActionMenuItem action={leaveWorkspace} context={context} />}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking}
        onClose={ask.close}
        title={t("people.removeTitle", { name })}
        text={t("people.removeText")}
        confirm={t("people.remove")}
        onConfirm={() => engine.transact([remove("access.member", member.id)])}
      />
      {mine !== undefined && canHandOver && (
        <HandOverDialog to={member} from={mine} opened={handing} onClose={hand.close} />
      )}
    </>
  );
}

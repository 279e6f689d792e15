import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Action, isPossible } from "./action";
import { Keys } from "./Keys";

interface Props<Context> {
  readonly action: Action<Context>;
  readonly context: Context;
}

/** An action as a line of a menu. It shows nothing where the action is not possible. */
export function ActionMenuItem<Context>({ action, context }: Props<Context>) {
  const { t } = useTranslation();
  if (!isPossible(action, context)) return null;
  const ActionIcon = action.icon;
  return (
    <Menu.Item
      leftSection={<ActionIcon size={16} aria-hidden />}
      rightSection={action.shortcut !== undefined && <Keys shortcut={action.shortcut} hint />}
      {...(action.danger === true && { color: "var(--hf-danger)" })}
      onClick={() => action.run(context)}
    >
      {t(action.label)}
    </Menu.Item>
  );
}

import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Action, isPossible } from "./action";
import { Keys } from "./Keys";
import classes from "./Keys.module.css";

interface Props<Context> extends ButtonProps {
  readonly action: Action<Context>;
  readonly context: Context;
}

/** An action as a button, with its shortcut in the tooltip. It shows nothing where the action is not possible. */
export function ActionButton<Context>({ action, context, ...rest }: Props<Context>) {
  const { t } = useTranslation();
  if (!isPossible(action, context)) return null;
  const ActionIcon = action.icon;
  return (
    <Tooltip
      classNames={{ tooltip: classes.tooltip ?? "" }}
      label={action.shortcut !== undefined && <Keys shortcut={action.shortcut} />}
      disabled={action.shortcut === undefined}
    >
      <Button
        leftSection={<ActionIcon size={16} aria-hidden />}
        onClick={() => action.run(context)}
        {...rest}
      >
        {t(action.label)}
      </Button>
    </Tooltip>
  );
}

import { Alert, type AlertProps } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";

interface Props extends Pick<AlertProps, "mt" | "mb"> {
  readonly text: string | null;
  /** Was said already, and changes all the time: seconds that are counted down. */
  readonly quiet?: boolean;
}

/** What went wrong with a form as a whole. */
export function Trouble({ text, quiet = false, ...space }: Props) {
  if (text === null) return null;
  return (
    <Alert
      role="alert"
      aria-live={quiet ? "off" : "assertive"}
      variant="light"
      color="red"
      p="sm"
      {...space}
      icon={<IconAlertCircle size={18} aria-hidden />}
      styles={{
        root: { backgroundColor: "var(--hf-danger-soft)" },
        icon: { color: "var(--hf-danger)" },
        message: { color: "var(--hf-danger)" },
      }}
    >
      {text}
    </Alert>
  );
}

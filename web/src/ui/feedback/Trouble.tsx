import { Alert, type AlertProps } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";

interface Props extends Pick<AlertProps, "mt" | "mb"> {
  readonly text: string | null;
}

/** What went wrong with a form as a whole. */
export function Trouble({ text, ...space }: Props) {
  if (text === null) return null;
  return (
    <Alert
      role="alert"
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

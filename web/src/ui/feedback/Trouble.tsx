import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";

/** What went wrong with a form as a whole. */
export function Trouble({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <Alert
      role="alert"
      variant="light"
      color="red"
      p="sm"
      icon={<IconAlertCircle size={18} aria-hidden />}
      styles={{ message: { color: "var(--hf-danger)" } }}
    >
      {text}
    </Alert>
  );
}

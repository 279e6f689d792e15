import { Alert, type AlertProps } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Notice.module.css";

interface Props extends Pick<AlertProps, "mt" | "mb"> {
  readonly title?: string;
  readonly children: ReactNode;
}

/** What one should know before one goes on, where nothing went wrong yet. */
export function Notice({ title, children, ...space }: Props) {
  return (
    <Alert role="note" p="sm" title={title} classNames={classes} {...space}>
      {children}
    </Alert>
  );
}

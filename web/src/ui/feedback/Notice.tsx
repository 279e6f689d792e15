import { Alert } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Notice.module.css";

interface Props {
  readonly title?: string;
  readonly children: ReactNode;
}

/** What one should know before one goes on, where nothing went wrong yet. */
export function Notice({ title, children }: Props) {
  return (
    <Alert role="note" p="sm" title={title} classNames={classes}>
      {children}
    </Alert>
  );
}

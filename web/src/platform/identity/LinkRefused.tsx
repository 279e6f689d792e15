import { IconLinkOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { AuthLayout } from "./AuthLayout";

interface Props {
  /** Of the page. */
  readonly title: string;
  readonly refused: string;
  readonly children: ReactNode;
  /** The way out. */
  readonly action?: ReactNode;
}

/** A link that does not work, or not any more. */
export function LinkRefused({ title, refused, children, action }: Props) {
  return (
    <AuthLayout title={title}>
      <EmptyState icon={IconLinkOff} title={refused} action={action}>
        {children}
      </EmptyState>
    </AuthLayout>
  );
}

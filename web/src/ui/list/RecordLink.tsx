import type { MouseEvent, ReactNode } from "react";

interface Props {
  readonly id: string;
  readonly href: string;
  readonly onOpen: (id: string) => void;
  readonly className: string | undefined;
  readonly children: ReactNode;
}

/** Whether a click asks for the record here, and not in a tab of its own or a file. */
function isPlainClick({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;
}

/** Leads to a record. There may be a thousand of them, so it asks nothing of the router. */
export function RecordLink({ id, href, onOpen, className = "", children }: Props) {
  function click(event: MouseEvent): void {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    onOpen(id);
  }
  return (
    <a href={href} className={className} draggable={false} onClick={click}>
      {children}
    </a>
  );
}

import { useEffect } from "react";

const product = "Holdfast";

/** Names the browser's tab. `null` leaves it to a page further in. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    if (title !== null) document.title = title === "" ? product : `${title} · ${product}`;
  }, [title]);
}

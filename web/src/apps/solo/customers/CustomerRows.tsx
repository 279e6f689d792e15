import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useImperativeHandle, useRef } from "react";
import { useTranslation } from "react-i18next";
import { CustomerRow } from "./CustomerRow";
import classes from "./customers.module.css";
import type { Customer } from "./listing";

const rowHeight = 52;

export type RowScroller = Pick<Virtualizer<HTMLDivElement, Element>, "scrollToIndex">;

interface Props {
  readonly customers: readonly Customer[];
  readonly workspaceId: string;
  readonly openId: string | undefined;
  readonly currentId: string | undefined;
  readonly scroller: RefObject<RowScroller | null>;
}

/** Only what is in sight is drawn, so that fifty thousand customers scroll like fifty. */
export function CustomerRows({ customers, workspaceId, openId, currentId, scroller }: Props) {
  const { t } = useTranslation();
  const viewport = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: customers.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => customers[index]?.id ?? index,
    overscan: 12,
  });
  useImperativeHandle(scroller, () => ({ scrollToIndex: virtualizer.scrollToIndex }), [virtualizer]);

  return (
    <div ref={viewport} className={classes.viewport}>
      <ul
        className={classes.rows}
        style={{ blockSize: virtualizer.getTotalSize() }}
        aria-label={t("customers.title")}
      >
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const customer = customers[index];
          return customer === undefined ? null : (
            <li
              key={key}
              className={classes.item}
              style={{ blockSize: rowHeight, transform: `translateY(${start}px)` }}
              aria-setsize={customers.length}
              aria-posinset={index + 1}
            >
              <CustomerRow
                customer={customer}
                workspaceId={workspaceId}
                isOpen={customer.id === openId}
                isCurrent={customer.id === currentId}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

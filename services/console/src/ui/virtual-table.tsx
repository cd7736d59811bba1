import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type FocusEvent,
  type KeyboardEvent,
  memo,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import styles from "./virtual-table.module.css";

/** A column of a long table. `width` is a track of a CSS grid: "1fr", "120px", "minmax(160px, 2fr)". */
export type VirtualColumn<T> = {
  name: string;
  width: string;
  cell: (row: T) => ReactNode;
  numeric?: boolean;
  /** Left out on a phone. */
  wide?: boolean;
  /** The name is only for those who do not see it. */
  hideName?: boolean;
};

const rowPx = 44;
// Rows beyond the visible ones that are kept ready, so that a quick flick finds them drawn.
const overscan = 12;
// So many rows before the end the next page is asked for.
const askAheadRows = 60;
const pageRows = 10;

/**
 * A table of any length: only what is in sight exists in the page, and the next page is asked for before the end is reached.
 * By keyboard it is one stop: arrows, Page Up and Down, Home and End move between rows, Enter opens one.
 */
export function VirtualTable<T>({
  caption,
  columns,
  rows,
  total,
  keyOf,
  onOpen,
  more = false,
  onMore,
  height = "min(70vh, 720px)",
}: {
  caption: string;
  columns: readonly VirtualColumn<T>[];
  /** What has been read so far. */
  rows: readonly T[];
  /** How many there are in all, where that is known. */
  total?: number;
  keyOf: (row: T) => string | number;
  onOpen?: (row: T) => void;
  /** True when there are more to read. */
  more?: boolean;
  /** Reads the next page; called again and again near the end, so it must take no second call while it reads. */
  onMore?: () => void;
  height?: string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useRef(0);
  const [, setStop] = useState(0);
  // The virtualizer reckons all rows anew when this function is another one, so it must not be made for each drawing.
  const getItemKey = useCallback((at: number) => keyOf(rows[at] as T), [keyOf, rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan,
    getItemKey,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (more && last >= rows.length - askAheadRows) onMore?.();
  }, [more, last, rows.length, onMore]);
  // The row that has, or had, the focus; out of sight, the first one in sight, so that the Tab key always finds one.
  const inSight = items.some((item) => item.index === focused.current);
  const stop = inSight ? focused.current : (items[0]?.index ?? 0);
  const onFocus = (event: FocusEvent) => {
    const at = (event.target as HTMLElement).dataset["row"];
    if (at === undefined) return;
    focused.current = Number(at);
    setStop(focused.current);
  };
  const go = (to: number) => {
    focused.current = Math.max(0, Math.min(to, rows.length - 1));
    virtual.scrollToIndex(focused.current);
    requestAnimationFrame(() =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-row="${focused.current}"]`)
        ?.focus({ preventScroll: true }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      const row = rows[focused.current];
      if (
        row !== undefined &&
        event.target instanceof HTMLElement &&
        event.target.dataset["row"] !== undefined
      )
        onOpen?.(row);
      return;
    }
    const to = destination(event.key, focused.current, rows.length);
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || event.target.closest("a, button, input, label") !== null)
      return;
    const at = event.target.closest<HTMLElement>("[data-row]")?.dataset["row"];
    const row = at === undefined ? undefined : rows[Number(at)];
    if (row !== undefined) onOpen?.(row);
  };
  const tracks = {
    "--tracks": columns.map((column) => column.width).join(" "),
    "--tracks-phone": columns
      .filter((column) => !column.wide)
      .map((column) => column.width)
      .join(" "),
  } as Record<string, string>;
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={caption}
      aria-rowcount={total === undefined ? -1 : total + 1}
      aria-colcount={columns.length}
      className={styles.scroll}
      style={{ maxHeight: height, ...tracks }}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onClick={onClick}
    >
      <div role="row" aria-rowindex={1} className={`${styles.row} ${styles.head}`}>
        {columns.map((column) => (
          <div key={column.name} role="columnheader" className={classOf(column)}>
            {column.hideName ? <span className="visually-hidden">{column.name}</span> : column.name}
          </div>
        ))}
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => (
          <VirtualRow
            key={item.key}
            index={item.index}
            startPx={item.start}
            row={rows[item.index] as T}
            columns={columns}
            opens={onOpen !== undefined}
            stop={item.index === stop}
          />
        ))}
      </div>
    </div>
  );
}

type RowProps<T> = {
  index: number;
  startPx: number;
  row: T;
  columns: readonly VirtualColumn<T>[];
  opens: boolean;
  /** The Tab key stops at it. */
  stop: boolean;
};

/** Drawn once as long as it stays what it is: scrolling draws only the rows that come into sight. */
const VirtualRow = memo(function VirtualRow<T>({ index, startPx, row, columns, opens, stop }: RowProps<T>) {
  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      tabIndex={stop ? 0 : -1}
      className={`${styles.row} ${opens ? styles.opens : ""}`}
      style={{ height: rowPx, transform: `translateY(${startPx}px)` }}
    >
      {columns.map((column) => (
        <div key={column.name} role="gridcell" className={classOf(column)}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}) as <T>(props: RowProps<T>) => ReactNode;

function classOf<T>(column: VirtualColumn<T>): string {
  return [styles.cell, column.numeric ? styles.numeric : "", column.wide ? styles.wide : ""].join(" ");
}

function destination(key: string, now: number, rows: number): number | undefined {
  if (key === "ArrowDown") return now + 1;
  if (key === "ArrowUp") return now - 1;
  if (key === "PageDown") return now + pageRows;
  if (key === "PageUp") return now - pageRows;
  if (key === "Home") return 0;
  if (key === "End") return rows - 1;
  return undefined;
}

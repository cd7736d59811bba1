import type { ReactNode } from "react";
import styles from "./table.module.css";

/** A column: its name and how a row fills it. `numeric` aligns figures; `grow` takes the space that is left. */
export type Column<T> = {
  name: string;
  cell: (row: T) => ReactNode;
  numeric?: boolean;
  grow?: boolean;
  /** Left out on a phone. */
  wide?: boolean;
};

/** A table of a page of rows. Pages of 100,000 rows use `VirtualTable`. */
export function Table<T>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  /** Says what the rows are to those who do not see the heading. */
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
}) {
  return (
    // Scrollable regions take the focus, so that the arrow keys reach what is out of sight.
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={caption}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.name} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf<T>(column: Column<T>): string {
  return [
    column.numeric ? styles.numeric : "",
    column.grow ? styles.grow : "",
    column.wide ? styles.wide : "",
  ].join(" ");
}

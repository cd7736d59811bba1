import type { DeadLetter } from "#gen/fanfare/api/v1/queue_pb.js";
import { count } from "../../../format/numbers.ts";
import { Time } from "../../../format/time.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { RowLink } from "../../../ui/row-link.tsx";
import type { Column } from "../../../ui/table.tsx";
import { queueWords } from "../queues/queue-words.ts";
import type { ErrorsSearch } from "../search.ts";
import cells from "../cells.module.css";
import styles from "./dead-letter-columns.module.css";
import { deadReason, placeOf } from "./reason-words.ts";

/** The columns of dead letters; the agency is named where there are several. */
export function deadLetterColumns(o: {
  chosen: ReadonlySet<string>;
  nameOf: ((agencyId: string) => string) | undefined;
  onToggle: (id: string, on: boolean) => void;
  search: ErrorsSearch;
}): readonly Column<DeadLetter>[] {
  return [
    {
      name: "Chosen",
      cell: ({ id, requeuedAt, detail }) => (
        <input
          type="checkbox"
          className={styles.check}
          aria-label={`Choose: ${detail}`}
          disabled={requeuedAt !== undefined}
          checked={o.chosen.has(id)}
          onChange={(event) => o.onToggle(id, event.target.checked)}
        />
      ),
    },
    {
      name: "What went wrong",
      grow: true,
      cell: ({ id, detail, reason }) => (
        <RowLink to="/control/errors/$deadLetterId" params={{ deadLetterId: id }} search={o.search}>
          {detail || deadReason(reason).meaning || reason}
        </RowLink>
      ),
    },
    {
      name: "Reason",
      cell: ({ reason, requeuedAt }) =>
        requeuedAt === undefined ? (
          <Badge tone={deadReason(reason).tone}>{deadReason(reason).label}</Badge>
        ) : (
          <Badge tone="good">Put back</Badge>
        ),
    },
    {
      name: "Queue",
      wide: true,
      cell: ({ subject }) => {
        const { queue, lane } = placeOf(subject);
        return (
          <span className={cells.line}>
            {queueWords(queue).label} <span className="muted">{lane}</span>
          </span>
        );
      },
    },
    ...(o.nameOf === undefined
      ? []
      : [
          {
            name: "Agency",
            wide: true,
            cell: ({ agencyId }: DeadLetter) =>
              agencyId === "" ? (
                <span className="muted">none</span>
              ) : (
                <span className={cells.line}>{o.nameOf?.(agencyId)}</span>
              ),
          },
        ]),
    { name: "Failures", numeric: true, wide: true, cell: ({ failures }) => count(failures) },
    { name: "Given up", wide: true, cell: ({ at }) => <Time at={at} /> },
  ];
}

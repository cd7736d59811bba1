import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { AgencyDoubts, BlastDoubts } from "#gen/fanfare/api/v1/queue_pb.js";
import { count, duration, plural } from "../../../format/numbers.ts";
import { useNow } from "../../../format/use-now.ts";
import { Badge } from "../../../ui/badge.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { AgencyLink, BlastOfAgencyLink } from "../act-for-link.tsx";
import styles from "./doubts-table.module.css";

const tickMs = 1_000;
// The provider's log is complete after some half hour; a doubt that is older wants a look.
const oldSeconds = 2_400;
// More are on the page of the agency's blasts.
const maxBlasts = 5;

/** What is unsettled, by agency, the oldest doubt first. */
export function DoubtsTable({ agencies }: { agencies: readonly AgencyDoubts[] }) {
  const nowMs = useNow(tickMs);
  const columns: readonly Column<AgencyDoubts>[] = [
    {
      name: "Agency",
      cell: ({ agencyId, agencyName, sendingDomain }) => (
        <div>
          <AgencyLink agencyId={agencyId}>{agencyName}</AgencyLink>
          <div className={styles.domain}>{sendingDomain}</div>
        </div>
      ),
    },
    { name: "In doubt", numeric: true, cell: ({ inDoubt }) => count(inDoubt) },
    { name: "Oldest", numeric: true, cell: (row) => <Age row={row} nowMs={nowMs} /> },
    {
      name: "Asked",
      numeric: true,
      wide: true,
      cell: ({ mostLooks }) => (mostLooks === 0 ? "–" : plural(mostLooks, "time")),
    },
    {
      name: "Held",
      numeric: true,
      cell: ({ held }) => (held === 0 ? "0" : <Badge tone="warn">{count(held)}</Badge>),
    },
    {
      name: "Blasts",
      grow: true,
      wide: true,
      cell: ({ agencyId, blasts }) => (
        <ul className={styles.blasts}>
          {blasts.slice(0, maxBlasts).map((blast) => (
            <li key={blast.blastId}>
              <BlastOfAgencyLink agencyId={agencyId} blastId={blast.blastId}>
                {blast.name}
              </BlastOfAgencyLink>{" "}
              <span className="muted">{wordsOf(blast)}</span>
            </li>
          ))}
          {blasts.length > maxBlasts ? (
            <li className="muted">and {count(blasts.length - maxBlasts)} more</li>
          ) : null}
        </ul>
      ),
    },
  ];
  return (
    <>
      <p className={styles.words}>
        In doubt: the answer was lost, and the provider’s log is being asked. Held: the log has no trace of
        it, and the agency decides on the blast’s page whether it is sent again or given up.
      </p>
      <Table
        caption="Sends in doubt and held, by agency"
        columns={columns}
        rows={agencies}
        keyOf={({ agencyId }) => agencyId}
      />
    </>
  );
}

function Age({ row: { oldestInDoubtAt }, nowMs }: { row: AgencyDoubts; nowMs: number }) {
  if (oldestInDoubtAt === undefined) return <span className="muted">–</span>;
  const seconds = Math.max(0, Math.round((nowMs - timestampMs(oldestInDoubtAt)) / 1000));
  return seconds > oldSeconds ? <Badge tone="warn">{duration(seconds)}</Badge> : duration(seconds);
}

function wordsOf({ inDoubt, held }: BlastDoubts): string {
  const parts = [inDoubt > 0 ? `${count(inDoubt)} in doubt` : "", held > 0 ? `${count(held)} held` : ""];
  return parts.filter((part) => part !== "").join(", ");
}

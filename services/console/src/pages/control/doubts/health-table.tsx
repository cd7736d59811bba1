import type { DomainHealth } from "#gen/fanfare/api/v1/queue_pb.js";
import { count, percent } from "../../../format/numbers.ts";
import { Time } from "../../../format/time.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { ProgressBar } from "../../../ui/progress.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { AgencyLink } from "../act-for-link.tsx";
import styles from "./health-table.module.css";

// One answer in twenty that is no acceptance is worth a look, one in four is trouble.
const troubledShare = 0.05;
const badShare = 0.25;

const columns: readonly Column<DomainHealth>[] = [
  {
    name: "Sending domain",
    grow: true,
    cell: ({ agencyId, agencyName, sendingDomain }) => (
      <div>
        <strong>{sendingDomain}</strong>
        <div className={styles.agency}>
          <AgencyLink agencyId={agencyId}>{agencyName}</AgencyLink>
        </div>
      </div>
    ),
  },
  { name: "Health", cell: (row) => <Health row={row} /> },
  { name: "Accepted a second", numeric: true, cell: ({ acceptedPerSecond }) => paceOf(acceptedPerSecond) },
  { name: "Answers", wide: true, cell: (row) => <Answers row={row} /> },
  { name: "On the wire", numeric: true, wide: true, cell: ({ onTheWire }) => count(onTheWire) },
  { name: "Last trouble", wide: true, cell: (row) => <Trouble row={row} /> },
];

/** How the provider answered each domain, the busiest first. */
export function HealthTable({ domains }: { domains: readonly DomainHealth[] }) {
  return (
    <Table
      caption="Provider health by sending domain"
      columns={columns}
      rows={domains}
      keyOf={({ agencyId }) => agencyId}
    />
  );
}

const troublesOf = ({ retried, rejected, inDoubt }: DomainHealth): number => retried + rejected + inDoubt;

function Health({ row }: { row: DomainHealth }) {
  const total = row.accepted + troublesOf(row);
  if (total === 0) return <Badge>Quiet</Badge>;
  const share = troublesOf(row) / total;
  if (share >= badShare) return <Badge tone="bad">Trouble, {percent(troublesOf(row), total)}</Badge>;
  if (share >= troubledShare) return <Badge tone="warn">Uneasy, {percent(troublesOf(row), total)}</Badge>;
  return <Badge tone="good">Well</Badge>;
}

function Answers({ row }: { row: DomainHealth }) {
  const { accepted, retried, rejected, inDoubt } = row;
  const words = [
    `${count(accepted)} accepted`,
    ...(retried > 0 ? [`${count(retried)} to try again`] : []),
    ...(rejected > 0 ? [`${count(rejected)} rejected`] : []),
    ...(inDoubt > 0 ? [`${count(inDoubt)} in doubt`] : []),
  ].join(", ");
  return (
    <div className={styles.answers}>
      <ProgressBar
        label={`Answers for ${row.sendingDomain}`}
        total={accepted + troublesOf(row)}
        parts={[
          { label: "Accepted", value: accepted, tone: "good" },
          { label: "To try again", value: retried, tone: "warn" },
          { label: "Rejected", value: rejected, tone: "bad" },
          { label: "In doubt", value: inDoubt, tone: "info" },
        ]}
      />
      <span className={styles.agency}>{words}</span>
    </div>
  );
}

function Trouble({ row: { lastTrouble, lastTroubleAt } }: { row: DomainHealth }) {
  if (lastTroubleAt === undefined) return <span className="muted">none</span>;
  return (
    <div>
      {lastTrouble.replaceAll("_", " ") || "no reason given"}
      <div className={styles.agency}>
        <Time at={lastTroubleAt} style="second" />
      </div>
    </div>
  );
}

function paceOf(perSecond: number): string {
  return perSecond === 0 || perSecond >= 10 ? count(Math.round(perSecond)) : perSecond.toFixed(1);
}

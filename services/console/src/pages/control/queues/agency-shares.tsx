import type { Queue } from "#gen/fanfare/api/v1/queue_pb.js";
import { count, percent } from "../../../format/numbers.ts";
import { Card } from "../../../ui/card.tsx";
import { ProgressBar } from "../../../ui/progress.tsx";
import { type Column, Table } from "../../../ui/table.tsx";
import { AgencyLink } from "../act-for-link.tsx";
import { useAgencies } from "../use-agencies.ts";
import cells from "../cells.module.css";
import styles from "./agency-shares.module.css";
import { laneWord, queueWords } from "./queue-words.ts";

type Share = { agencyId: string; messages: number; total: number; where: string };

/** Who uses the most: messages on all queues by agency, the largest first. */
export function AgencyShares({ queues }: { queues: readonly Queue[] }) {
  const { nameOf } = useAgencies();
  const shares = sharesOf(queues);
  const columns: readonly Column<Share>[] = [
    {
      name: "Agency",
      grow: true,
      cell: ({ agencyId }) => <AgencyLink agencyId={agencyId}>{nameOf(agencyId)}</AgencyLink>,
    },
    { name: "Mostly on", wide: true, cell: ({ where }) => <span className={cells.line}>{where}</span> },
    { name: "Messages", numeric: true, cell: ({ messages }) => count(messages) },
    {
      name: "Share",
      cell: ({ agencyId, messages, total }) => (
        <div className={styles.share}>
          <ProgressBar
            label={`Share of ${nameOf(agencyId)}`}
            total={total}
            parts={[{ label: "Messages", value: messages, tone: "info" }]}
          />
          <span className="numeric">{percent(messages, total)}</span>
        </div>
      ),
    },
  ];
  return (
    <Card flush title="Who uses the most">
      {shares.length === 0 ? (
        <p className={styles.none}>Nobody has a message on any queue.</p>
      ) : (
        <Table
          caption="Messages by agency"
          columns={columns}
          rows={shares}
          keyOf={({ agencyId }) => agencyId}
        />
      )}
    </Card>
  );
}

function sharesOf(queues: readonly Queue[]): Share[] {
  const found = new Map<string, { messages: number; most: number; where: string }>();
  for (const queue of queues)
    for (const [agencyId, messages] of Object.entries(queue.pendingByAgency)) {
      const before = found.get(agencyId) ?? { messages: 0, most: 0, where: "" };
      const here = Number(messages);
      const more = here > before.most;
      found.set(agencyId, {
        messages: before.messages + here,
        most: more ? here : before.most,
        where: more ? `${queueWords(queue.name).label}, ${laneWord[queue.lane].toLowerCase()}` : before.where,
      });
    }
  const total = [...found.values()].reduce((sum, { messages }) => sum + messages, 0);
  return [...found]
    .map(([agencyId, { messages, where }]) => ({ agencyId, messages, where, total }))
    .toSorted((a, b) => b.messages - a.messages);
}

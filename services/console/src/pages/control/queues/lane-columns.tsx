import { Ellipsis, Pause, Play, SlidersHorizontal } from "lucide-react";
import type { Queue } from "#gen/fanfare/api/v1/queue_pb.js";
import { compact, count, duration } from "../../../format/numbers.ts";
import { Badge } from "../../../ui/badge.tsx";
import { buttonClass } from "../../../ui/button.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { ProgressBar } from "../../../ui/progress.tsx";
import { Sparkline } from "../../../ui/sparkline.tsx";
import type { Column } from "../../../ui/table.tsx";
import styles from "./lane-columns.module.css";
import type { Pausing } from "./pause-dialog.tsx";
import { ageSeconds, laneWord } from "./queue-words.ts";
import type { LaneHistory } from "./use-queue-history.ts";

// Above this a message has waited longer than any lane should let it.
const oldSeconds = 300;
const sparkWidth = 56;

/** The columns of a queue's lanes. */
export function laneColumns(o: {
  historyOf: (queue: Queue) => LaneHistory;
  onLimit: (queue: Queue) => void;
  onPause: (pausing: Pausing) => void;
}): readonly Column<Queue>[] {
  return [
    { name: "Lane", grow: true, cell: (queue) => <Lane queue={queue} /> },
    { name: "Waiting", cell: (queue) => <Waiting queue={queue} history={o.historyOf(queue)} /> },
    { name: "A second", cell: (queue) => <Rate history={o.historyOf(queue)} />, wide: true },
    { name: "In flight, of the limit", cell: (queue) => <InFlight queue={queue} />, wide: true },
    { name: "Oldest", numeric: true, wide: true, cell: (queue) => <Oldest queue={queue} /> },
    { name: "Redelivered", numeric: true, wide: true, cell: (queue) => count(queue.redelivered) },
    { name: "Steer", cell: (queue) => <Steer queue={queue} {...o} /> },
  ];
}

function Lane({ queue }: { queue: Queue }) {
  const idle = queue.pending === 0n && queue.inFlight === 0n;
  return (
    <span className={styles.lane}>
      <strong>{laneWord[queue.lane]}</strong>
      {queue.paused ? (
        <Badge tone="warn">Paused</Badge>
      ) : idle ? (
        <Badge>Idle</Badge>
      ) : (
        <Badge tone="good" dot>
          Working
        </Badge>
      )}
    </span>
  );
}

function Waiting({ queue, history }: { queue: Queue; history: LaneHistory }) {
  return (
    <span className={styles.spark}>
      <span className={styles.value}>{compact(queue.pending)}</span>
      <Sparkline
        width={sparkWidth}
        values={history.map(({ pending }) => pending)}
        label={`Waiting over the last two minutes; ${count(queue.pending)} now`}
      />
    </span>
  );
}

function Rate({ history }: { history: LaneHistory }) {
  const now = history.at(-1)?.rate ?? 0;
  return (
    <span className={styles.spark}>
      <span className={styles.value}>{compact(Math.round(now))}</span>
      <Sparkline
        width={sparkWidth}
        values={history.map(({ rate }) => rate)}
        label={`Handed out a second over the last two minutes; ${count(Math.round(now))} now`}
      />
    </span>
  );
}

function InFlight({ queue }: { queue: Queue }) {
  const inFlight = Number(queue.inFlight);
  const full = inFlight >= queue.maxAckPending;
  return (
    <div className={styles.flight}>
      <span className="numeric">
        {count(inFlight)} <span className="muted">of {count(queue.maxAckPending)}</span>
      </span>
      <ProgressBar
        label={`${laneWord[queue.lane]}: in flight`}
        total={queue.maxAckPending}
        parts={[{ label: "In flight", value: inFlight, tone: full ? "warn" : "info" }]}
      />
    </div>
  );
}

function Oldest({ queue }: { queue: Queue }) {
  const seconds = ageSeconds(queue);
  if (seconds === undefined) return <span className="muted">–</span>;
  return seconds > oldSeconds ? <Badge tone="warn">{duration(seconds)}</Badge> : duration(seconds);
}

function Steer({
  queue,
  onLimit,
  onPause,
}: {
  queue: Queue;
  onLimit: (queue: Queue) => void;
  onPause: (pausing: Pausing) => void;
}) {
  const { name, lane, paused } = queue;
  return (
    <Menu
      label={`Steer ${name}, lane ${laneWord[lane]}`}
      className={buttonClass("quiet", styles.steer ?? "")}
      items={[
        {
          label: "Change the limit…",
          icon: <SlidersHorizontal size={16} />,
          onSelect: () => onLimit(queue),
        },
        paused
          ? {
              label: "Resume…",
              icon: <Play size={16} />,
              onSelect: () => onPause({ what: "resume", queue: name, lane }),
            }
          : {
              label: "Pause…",
              icon: <Pause size={16} />,
              danger: true,
              onSelect: () => onPause({ what: "pause", queue: name, lane }),
            },
      ]}
    >
      <Ellipsis size={16} aria-hidden="true" />
    </Menu>
  );
}

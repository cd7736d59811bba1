import type { Metrics } from "./metrics.ts";
import type { Outcome } from "./outcome.ts";

/** What one lane of one worker reports. */
export type LaneMetrics = {
  handled: (outcome: Outcome["kind"] | "refused", count: number) => void;
  batch: (size: number, seconds: number) => void;
  /** Changes of the number of messages that wait in memory, and that a handler has. */
  buffered: (change: number) => void;
  inFlight: (change: number) => void;
  nak: () => void;
  deadLetter: (reason: string) => void;
};

const batchSizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const handleSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60];

export function laneMetrics(metrics: Metrics, queue: string, lane: string): LaneMetrics {
  const labels = { queue, lane };
  const labelNames = ["queue", "lane"];
  const handled = metrics.counter({
    name: "fanfare_work_handled_total",
    help: "Messages handled, by outcome; refused ones never reached a handler.",
    labelNames: [...labelNames, "outcome"],
  });
  const size = metrics.histogram({
    name: "fanfare_work_batch_size",
    help: "Messages that a handler got at once.",
    labelNames,
    buckets: batchSizes,
  });
  const seconds = metrics.histogram({
    name: "fanfare_work_handle_seconds",
    help: "Time a handler took for one batch.",
    labelNames,
    buckets: handleSeconds,
  });
  const buffered = metrics.gauge({
    name: "fanfare_work_buffered",
    help: "Messages that wait in memory.",
    labelNames,
  });
  const inFlight = metrics.gauge({
    name: "fanfare_work_in_flight",
    help: "Messages that a handler has.",
    labelNames,
  });
  const naks = metrics.counter({
    name: "fanfare_work_naks_total",
    help: "Messages given back to the broker, for later or for another instance.",
    labelNames,
  });
  const deadLetters = metrics.counter({
    name: "fanfare_dead_letters_total",
    help: "Messages given up on, by reason.",
    labelNames: [...labelNames, "reason"],
  });
  return {
    handled: (outcome, count) => handled.inc({ ...labels, outcome }, count),
    batch: (count, duration) => {
      size.observe(labels, count);
      seconds.observe(labels, duration);
    },
    buffered: eachTurn((change) => buffered.inc(labels, change)),
    inFlight: (change) => inFlight.inc(labels, change),
    nak: () => naks.inc(labels),
    deadLetter: (reason) => deadLetters.inc({ ...labels, reason }),
  };
}

/** Sums up what comes within a turn of the event loop: a change for each of a thousand messages costs more than counting them. */
function eachTurn(report: (sum: number) => void): (change: number) => void {
  let sum = 0;
  let due = false;
  return (change) => {
    sum += change;
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      report(sum);
      sum = 0;
    });
  };
}

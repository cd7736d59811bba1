import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { ListQueuesResponseSchema, type Queue } from "#gen/fanfare/api/v1/queue_pb.js";
import { LaneSchema } from "#gen/fanfare/options/v1/lane_pb.js";
import type { Cli } from "../session.ts";
import { createLiveLines } from "../show/live-lines.ts";
import { count, duration, type Style } from "../show/style.ts";
import { line, measure, titles, type Column } from "../show/table.ts";
import { wordOf } from "../show/words.ts";

const WATCH_INTERVAL_MS = 1_000;

export function addQueues(program: Command, cli: Cli): void {
  program
    .command("queues")
    .description("what waits on each queue and lane")
    .option("--watch", "again every second, until Ctrl-C")
    .action(async ({ watch }: { watch?: boolean }, command: Command) => {
      const { api, out, call, signal } = cli.open(command);
      const lines = createLiveLines(out.write, out.columns);
      for (;;) {
        const answer = await api.queues.listQueues({}, call);
        out.show(ListQueuesResponseSchema, answer, () => {
          const table = queueLines(answer.queues, out.style);
          if (out.live && watch) lines.draw(table);
          else for (const each of table) out.line(each);
        });
        if (!watch) return;
        await wait(WATCH_INTERVAL_MS, undefined, { signal });
      }
    });
}

/** The table of queues, as `queue pause` and its like answer it too. */
export function queueLines(queues: readonly Queue[], style: Style): string[] {
  const columns: readonly Column<Queue>[] = [
    { title: "queue", value: ({ name }) => name },
    { title: "lane", value: ({ lane }) => wordOf(LaneSchema, lane) },
    { title: "pending", value: ({ pending }) => count(pending), right: true },
    { title: "in flight", value: ({ inFlight }) => count(inFlight), right: true },
    { title: "redelivered", value: ({ redelivered }) => count(redelivered), right: true },
    { title: "limit", value: ({ maxAckPending }) => count(maxAckPending), right: true },
    {
      title: "oldest",
      value: ({ oldestAge }) => (oldestAge === undefined ? "" : duration(Number(oldestAge.seconds) * 1_000)),
      right: true,
    },
    { title: "paused", value: ({ paused }) => (paused ? "paused" : ""), paint: style.warn },
    { title: "largest backlog", value: largestBacklog },
  ];
  const widths = measure(columns, queues);
  return [style.dim(titles(columns, widths)), ...queues.map((queue) => line(columns, widths, queue))];
}

function largestBacklog({ pendingByAgency }: Queue): string {
  const [largest] = Object.entries(pendingByAgency).toSorted(([, a], [, b]) => Number(b - a));
  return largest === undefined ? "" : `${largest[0]} ${count(largest[1])}`;
}

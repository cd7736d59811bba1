import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { LedgerEntry } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ChartData } from "../../ui/line-chart.tsx";

/** Walks back from today's figures: before the newest entry they were less by what it changed. Entries of one second are one point. */
export function chartOf(
  newestFirst: readonly LedgerEntry[],
  balance: bigint,
  reserved: bigint,
  zone: string,
): ChartData {
  const points = new Map<number, { balance: number; reserved: number }>();
  let now = { balance, reserved };
  for (const { at, amount, reserved: change } of newestFirst) {
    const seconds = at === undefined ? 0 : Math.floor(timestampMs(at) / 1000);
    if (!points.has(seconds))
      points.set(seconds, { balance: Number(now.balance), reserved: Number(now.reserved) });
    now = { balance: now.balance - amount, reserved: now.reserved - change };
  }
  const inOrder = [...points].toSorted(([a], [b]) => a - b);
  return {
    zone,
    times: inOrder.map(([seconds]) => seconds),
    lines: [
      {
        label: "Balance",
        tone: "accent",
        shape: "area",
        values: inOrder.map(([, point]) => point.balance),
      },
      { label: "Reserved", tone: "warn", values: inOrder.map(([, point]) => point.reserved) },
    ],
  };
}

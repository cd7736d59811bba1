import type { Bench } from "../setup/bench.ts";
import { busySeconds, cpuSeconds, residentMb, resetPeak } from "./cpu.ts";

/** CPU seconds by process; empty where the machine does not tell. */
export type Costs = Record<string, number>;

/** Not ours: told apart. `others` is the whole machine less everything here. */
export const NOT_OURS = new Set(["sink", "others"]);

type Measured = Pick<Bench, "stack" | "sink">;

/** The processes by the name that figures have for them. */
export function processesOf({ stack, sink }: Measured): Record<string, number[]> {
  const { api, listSender, customerSender, scheduler } = stack.services;
  const pids = (parts: readonly ({ pid: number | undefined } | undefined)[]) =>
    parts.flatMap((part) => part?.pid ?? []);
  return {
    api: pids(api),
    list_sender: pids(listSender),
    customer_sender: pids(customerSender),
    scheduler: pids(scheduler),
    nats_server: pids([stack.nats]),
    postgres: pids([stack.postgres]),
    sink: pids([sink.process]),
  };
}

/** CPU seconds that each has used since it started, and what the machine has used beside them and the bench. */
export function readCosts(measured: Measured): Costs {
  if (process.platform !== "linux") return {};
  const costs = each(measured, cpuSeconds);
  const { user, system } = process.cpuUsage();
  const here = Object.values(costs).reduce((sum, value) => sum + value, (user + system) / 1_000_000);
  return { ...costs, others: busySeconds() - here };
}

/** MB of memory that each had at its peak since it started, or since `forgetPeaks`. */
export function readMemory(measured: Measured): Costs {
  return process.platform === "linux" ? each(measured, residentMb) : {};
}

/** From here on `readMemory` tells the peaks of what follows. */
export function forgetPeaks(measured: Measured): void {
  for (const pid of Object.values(processesOf(measured)).flat()) resetPeak(pid);
}

/** What was used between two readings. */
export function costsBetween(before: Costs, after: Costs): Costs {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
  );
}

/** Of the processes that are Fanfare, its database and its broker. */
export function oursOf(costs: Costs): number {
  return Object.entries(costs).reduce((sum, [name, value]) => (NOT_OURS.has(name) ? sum : sum + value), 0);
}

function each(measured: Measured, read: (pid: number) => number): Costs {
  const sums = Object.entries(processesOf(measured)).map(([name, pids]) => [
    name,
    pids.reduce((sum, pid) => sum + read(pid), 0),
  ]);
  return Object.fromEntries(sums) as Costs;
}

import type { Stack } from "#dev/stack/stack.ts";
import { cpuSeconds, residentMb } from "./cpu.ts";

/** CPU seconds by process; empty where the machine does not tell. */
export type Costs = Record<string, number>;

/** The processes of a stack by the name that figures have for them. The sandbox is the sink: not ours, and told apart. */
export function processesOf(stack: Stack): Record<string, number[]> {
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
    sandbox: pids([stack.sandbox]),
  };
}

/** CPU seconds that each has used since it started. */
export function readCosts(stack: Stack): Costs {
  return each(stack, cpuSeconds);
}

/** MB of memory that each had at its peak. */
export function readMemory(stack: Stack): Costs {
  return each(stack, residentMb);
}

/** What was used between two readings. */
export function costsBetween(before: Costs, after: Costs): Costs {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
  );
}

function each(stack: Stack, read: (pid: number) => number): Costs {
  if (process.platform !== "linux") return {};
  const sums = Object.entries(processesOf(stack)).map(([name, pids]) => [
    name,
    pids.reduce((sum, pid) => sum + read(pid), 0),
  ]);
  return Object.fromEntries(sums) as Costs;
}

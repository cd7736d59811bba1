import type { ManagedProcess } from "#dev/stack/process.ts";

/** How customer-sender was fed: what its metrics counted since it started. */
export type BatchCounts = { batches: number; messages: number; seconds: number };

/** Sums over all lanes and instances, from the pages that Prometheus scrapes. */
export async function readBatches(instances: readonly ManagedProcess[]): Promise<BatchCounts> {
  const counts = { batches: 0, messages: 0, seconds: 0 };
  for (const { address } of instances) {
    if (address === undefined) continue;
    const page = await (await fetch(new URL("/metrics", address))).text();
    counts.batches += sum(page, "fanfare_work_batch_size_count");
    counts.messages += sum(page, "fanfare_work_batch_size_sum");
    counts.seconds += sum(page, "fanfare_work_handle_seconds_sum");
  }
  return counts;
}

function sum(page: string, name: string): number {
  return page
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" "))), 0);
}

// Histories on all cores: each thread runs its share of seeds, and what they find comes together here.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Aim } from "./world/aims.ts";

/** Seeds `first` to `first + count - 1` of the series that begins with `base`. */
export type Portion = {
  base: number;
  first: number;
  count: number;
  bug?: string | undefined;
  /** All of them with this aim instead of the one that each would draw. */
  aim?: Aim;
  stopAtFirst: boolean;
};

export type Finding = { seed: number; violations: string[] };

export type Sum = {
  histories: number;
  faults: number;
  /** Different kinds of faults that struck a history, summed over histories. */
  kinds: number;
  /** Histories that no fault struck. */
  unharmed: number;
  /** Histories in which the provider was away for an hour. */
  outages: number;
  crashes: number;
  accepted: number;
  simulatedMs: number;
  findings: Finding[];
};

export const emptySum = (): Sum => ({
  histories: 0, faults: 0, kinds: 0, unharmed: 0, outages: 0, crashes: 0, accepted: 0, simulatedMs: 0, findings: [],
}); // prettier-ignore

/** Adds `more` to `total`. */
export function addSum(total: Sum, { findings, ...more }: Sum): void {
  for (const name in more) total[name as keyof typeof more] += more[name as keyof typeof more];
  total.findings.push(...findings);
}

export type Pool = {
  run(portion: Portion): Promise<Sum>;
  readonly threads: number;
  close(): Promise<void>;
};

// Each thread holds a few hundred MB at most; more of them than this share too few cores to be worth it.
const maxThreads = 16;

export function createPool(threads = Math.min(maxThreads, availableParallelism())): Pool {
  type Job = { portion: Portion; resolve: (sum: Sum) => void; reject: (error: Error) => void };
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const working = new Map<Worker, Job>();
  const all = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    worker.on("message", (sum: Sum) => {
      const job = working.get(worker);
      working.delete(worker);
      idle.push(worker);
      job?.resolve(sum);
      serve();
    });
    worker.on("error", (error: Error) => working.get(worker)?.reject(error));
    idle.push(worker);
    return worker;
  });

  function serve(): void {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.pop()!;
      const job = waiting.shift()!;
      working.set(worker, job);
      worker.postMessage(job.portion);
    }
  }

  return {
    threads,
    run: (portion) =>
      new Promise((resolve, reject) => {
        waiting.push({ portion, resolve, reject });
        serve();
      }),
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

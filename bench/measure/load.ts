import { Worker } from "node:worker_threads";
import type { BenchAgency } from "../setup/agency.ts";

/** Calls at a fixed rate, whatever the answers take. */
export type LoadPlan = {
  url: string;
  apiKey: string;
  templateId: string;
  ratePerS: number;
  /** It stops after so many, or when it is asked to. */
  callsMax: number;
  call: { kind: "sendBlast"; listId: string } | { kind: "sendToCustomer"; customerIds: readonly string[] };
};

/** One call. All times are of this machine's clock; the latency starts when the call was due, not when it left. */
export type Sample = {
  dueAtMs: number;
  latencyMs: number;
  /** How late the client itself was. */
  lateMs: number;
  /** Of the blast that it made. */
  blastId: string;
  error: string;
};

export type Load = {
  /** Resolves when the first call is due: connection and client are warm. */
  started: Promise<void>;
  stop: () => void;
  /** Every call, when the last one was answered. */
  samples: Promise<Sample[]>;
};

/** What the thread says. */
export type LoadMessage = { started: true } | { samples: Sample[] };

/** Calls from a thread of its own, so that neither what we do meanwhile nor our garbage collection is measured. */
export function startLoad(plan: LoadPlan): Load {
  const started = Promise.withResolvers<void>();
  const samples = Promise.withResolvers<Sample[]>();
  const worker = new Worker(new URL("./load-thread.ts", import.meta.url), { workerData: plan });
  worker.on("message", (message: LoadMessage) => {
    if ("started" in message) started.resolve();
    else samples.resolve(message.samples);
  });
  const fail = (error: Error) => {
    started.reject(error);
    samples.reject(error);
  };
  worker.on("error", fail);
  worker.on("exit", (code) =>
    fail(new Error(`the load's thread ended with ${code} before it told its samples`)),
  );
  // The caller may be busy elsewhere when it fails, and asks later.
  for (const { promise } of [started, samples]) promise.catch(() => undefined);
  return { started: started.promise, samples: samples.promise, stop: () => worker.postMessage("stop") };
}

/** What all loads on one agency have in common. */
export function loadOn(
  url: string,
  { apiKey, templateId }: BenchAgency,
): Pick<LoadPlan, "url" | "apiKey" | "templateId"> {
  return { url, apiKey, templateId };
}

/** How many calls failed. A failed call stays in the latencies with the time it took to fail: leaving it out would hide the slowest. */
export function failedCalls(samples: readonly Sample[]): number {
  return samples.filter(({ error }) => error !== "").length;
}

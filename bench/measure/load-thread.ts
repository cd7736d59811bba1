// The thread of `startLoad`: open loop, so a call that hangs delays no other, and its wait counts from when it was due.
import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { connect } from "../../services/cli/connect/connect.ts";
import type { LoadMessage, LoadPlan, Sample } from "./load.ts";

/** Enough for the compiler of the client and of the server to have seen the path. */
const WARM_UP_CALLS = 100;
/** Longer than any answer that is of use. */
const CALL_TIMEOUT_MS = 20_000;
/** Twenty ticks of the wall clock. */
const CLOCK_LOOK_MS = 20;

const plan = workerData as LoadPlan;
const say = (message: LoadMessage) => parentPort?.postMessage(message);
let stopped = false;
parentPort?.once("message", () => (stopped = true));

// No retries: a call that failed is a failure and not a slow call.
const { api, close } = connect({ url: plan.url, apiKey: plan.apiKey, retries: 0 });
const content = { templateId: plan.templateId };
const clockOffsetMs = offsetOfClock();
const now = () => performance.now() + clockOffsetMs;

for (let index = 0; index < WARM_UP_CALLS; index += 1) await call(index);
say({ started: true });
say({ samples: await run() });
close();
parentPort?.close();

async function run(): Promise<Sample[]> {
  const beganAtMs = now();
  const calls: Promise<Sample>[] = [];
  for (let index = 0; index < plan.callsMax; index += 1) {
    const dueAtMs = beganAtMs + (index * 1_000) / plan.ratePerS;
    const earlyMs = dueAtMs - now();
    if (earlyMs > 0) await wait(earlyMs);
    // A timer may fire up to a millisecond before its time, which would make the answer look faster than it was.
    while (now() < dueAtMs) await nextTurn();
    if (stopped) break;
    calls.push(measure(index + WARM_UP_CALLS, dueAtMs));
  }
  return Promise.all(calls);
}

async function measure(index: number, dueAtMs: number): Promise<Sample> {
  const lateMs = now() - dueAtMs;
  try {
    const { blastId } = await call(index);
    return { dueAtMs, latencyMs: now() - dueAtMs, lateMs, blastId, error: "" };
  } catch (error) {
    return { dueAtMs, latencyMs: now() - dueAtMs, lateMs, blastId: "", error: String(error) };
  }
}

function call(index: number): Promise<{ blastId: string }> {
  const idempotencyKey = randomUUID();
  const options = { timeoutMs: CALL_TIMEOUT_MS };
  if (plan.call.kind === "sendBlast") {
    const audience = { of: { case: "listId", value: plan.call.listId } } as const;
    return api.blasts.sendBlast({ idempotencyKey, name: "Probe", content, audience }, options);
  }
  const { customerIds } = plan.call;
  const customerId = customerIds[index % customerIds.length]!;
  return api.blasts.sendToCustomer({ idempotencyKey, customerId, content }, options);
}

/** Date.now() has whole milliseconds, rounded down; the largest difference is right after a tick, and exact. */
function offsetOfClock(): number {
  let offsetMs = Number.NEGATIVE_INFINITY;
  const untilMs = performance.now() + CLOCK_LOOK_MS;
  while (performance.now() < untilMs) offsetMs = Math.max(offsetMs, Date.now() - performance.now());
  return offsetMs;
}

// What a worker owes while its queue, or it itself, is stopped, and beside others.
import { setTimeout as sleep } from "node:timers/promises";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { ConformanceStep } from "#gen/fanfare/testing/v1/conformance_pb.js";
import type { Bed, TaskFields } from "../bed.ts";
import { contract, envelopeOf } from "../bed.ts";
import { referenceWorker } from "../workers.ts";
import type { Case } from "./case.ts";
import { handledOnce, owes } from "./case.ts";

const { BEGAN, DONE } = ConformanceStep;
// Long enough to be ended by an operator, and not by time.
const pauseMs = 3_600_000;
const drainTasks = 12;
// Long enough for a busy machine to look in between, and too short to need a heartbeat.
const crashWorkMs = Math.round(contract.ackWaitMs * 0.7);
const mixedTasks = 60;

export const pause: Case = {
  name: "pause: nothing is taken, and after it everything",
  async run(bed) {
    const durable = `${contract.durable}-urgent`;
    await bed.manager.consumers.pause(contract.stream, durable, new Date(Date.now() + pauseMs));
    const task = bed.task({ lane: Lane.URGENT });
    const seq = await bed.publish(envelopeOf(task));
    // Other lanes go on meanwhile; that they do tells how long nothing happened here.
    for (let round = 0; round < 3; round += 1) {
      const other = bed.task({ lane: Lane.STANDARD, workMs: 300 });
      await handledOnce(bed, other.idempotencyKey, await bed.publish(envelopeOf(other)));
    }
    owes(bed.count(task.idempotencyKey, BEGAN) === 0, "the handler was called while the queue was paused");
    await bed.manager.consumers.resume(contract.stream, durable);
    await handledOnce(bed, task.idempotencyKey, seq);
  },
};

export const drain: Case = {
  name: "drain: SIGTERM finishes what is held, loses nothing",
  async run(bed) {
    const first = await bed.start();
    const sent = await publishMany(bed, drainTasks, { workMs: 700 });
    await bed.until("work to begin", () => sent.some(({ key }) => bed.count(key, BEGAN) > 0));
    first.terminate();
    const { code, signal } = await first.exited();
    owes(
      code === 0,
      `it ended with ${signal ?? `exit code ${code}`} instead of 0: ${first.tail().slice(-400)}`,
    );
    for (const { key, seq } of sent) {
      if (bed.count(key, BEGAN) === 0) continue;
      await bed.until(
        `what was begun (${key}) to be done and acknowledged`,
        async () => bed.count(key, DONE) === 1 && !(await bed.onQueue(seq)),
      );
    }
    // The broker counts what was given back as pending until it is handed out again.
    const { num_ack_pending: pending } = await bed.consumer("standard");
    const givenBack = sent.filter(({ key, seq }) => bed.count(key, BEGAN) === 0 && bed.givenBack(seq)).length;
    owes(
      pending <= givenBack,
      `${pending - givenBack} messages were neither finished nor given back, and wait for the ack wait`,
    );
    await bed.start();
    for (const { key, seq } of sent) await handledOnce(bed, key, seq);
  },
};

export const crash: Case = {
  name: "crash: kill −9 at work, done once by the next",
  async run(bed) {
    const first = await bed.start();
    const [sent] = await publishMany(bed, 1, { workMs: crashWorkMs });
    owes(sent !== undefined, "nothing was published");
    await bed.until("work to begin", () => bed.count(sent.key, BEGAN) > 0);
    await first.kill9();
    owes(bed.count(sent.key, DONE) === 0, "the effect came before the work");
    owes(
      await bed.onQueue(sent.seq),
      "the message was taken off its queue before the work was done, and is lost",
    );
    await bed.start();
    await bed.until("the effect", () => bed.count(sent.key, DONE) > 0);
    await bed.until("the acknowledgement", async () => !(await bed.onQueue(sent.seq)));
    owes(
      bed.count(sent.key, BEGAN) === 2,
      `it was handled ${bed.count(sent.key, BEGAN)} times instead of once more`,
    );
    owes(bed.count(sent.key, DONE) === 1, "the effect happened twice");
  },
};

const bulkLimit = contract.lanes.find(({ lane }) => lane === Lane.BULK)?.maxAckPending ?? 0;

export const mixed: Case = {
  name: `limit: ${bulkLimit} in flight, beside TypeScript on one durable`,
  async run(bed) {
    await bed.start();
    await bed.start(referenceWorker);
    await bed.until("both to pull", async () => (await bed.consumer("bulk")).num_waiting >= 2);
    const from = bed.reports.length;
    const sent = await publishMany(bed, mixedTasks, { lane: Lane.BULK, workMs: 80 });
    const keys = new Set(sent.map(({ key }) => key));
    let most = 0;
    let finished = false;
    // The broker's own count, asked as often as it answers.
    const watching = (async () => {
      for (; !finished; await sleep(5)) most = Math.max(most, (await bed.consumer("bulk")).num_ack_pending);
    })();
    try {
      for (const { key, seq } of sent) await handledOnce(bed, key, seq);
    } finally {
      finished = true;
      await watching;
    }
    const ours = bed.reports.slice(from).filter(({ key }) => keys.has(key));
    let atWork = 0;
    let mostAtWork = 0;
    for (const { step } of ours) mostAtWork = Math.max(mostAtWork, (atWork += step === BEGAN ? 1 : -1));
    owes(most <= bulkLimit, `the broker counted ${most} in flight`);
    owes(mostAtWork <= bulkLimit, `${mostAtWork} were in work at once`);
    const workers = new Set(ours.map(({ worker }) => worker));
    owes(workers.size === 2, `${workers.size} of 2 instances took part: ${[...workers].join(", ")}`);
  },
};

async function publishMany(bed: Bed, count: number, fields: TaskFields) {
  const sent: { key: string; seq: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    const task = bed.task(fields);
    sent.push({ key: task.idempotencyKey, seq: await bed.publish(envelopeOf(task)) });
  }
  return sent;
}

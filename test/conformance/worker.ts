// The TypeScript worker that `make conformance` judges: the contract's task, on the runtime that the services run on.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { createPublisher } from "#core/adapters/nats/publisher.ts";
import { instanceName } from "#core/runtime/boot.ts";
import { eventEnvelope } from "#core/runtime/envelope.ts";
import { run } from "#core/runtime/lifecycle.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { defer, done, reject, type Outcome } from "#core/runtime/outcome.ts";
import { defineWorker, startWorker, type WorkItem } from "#core/runtime/worker.ts";
import {
  ConformanceAction,
  ConformanceReportedSchema,
  ConformanceStep,
  ConformanceTaskSchema,
  type ConformanceTask,
} from "#gen/fanfare/testing/v1/conformance_pb.js";

const name = instanceName("conformance");
const log = createLogger({ service: "conformance", level: "info" });
const drainLimitMs = 20_000;

await run({
  async start(signal) {
    const connection = await connectNats({ url: process.env["NATS_URL"] ?? "", name, log, signal });
    const publisher = createPublisher(connection);

    const report = (item: WorkItem<ConformanceTask>, step: ConformanceStep, id: string) => {
      const { agencyId, idempotencyKey } = item.message;
      const fact = create(ConformanceReportedSchema, { agencyId, idempotencyKey, step, worker: name });
      const { traceparent } = item;
      const meta = { id, source: name, timeMs: Date.now(), ...(traceparent && { traceparent }) };
      return publisher.publish(eventEnvelope(ConformanceReportedSchema, fact, meta));
    };

    async function handle(item: WorkItem<ConformanceTask>): Promise<Outcome> {
      const { agencyId, idempotencyKey, action, workMs } = item.message;
      await report(item, ConformanceStep.BEGAN, randomUUID());
      if (action === ConformanceAction.FAIL) throw new Error("told to fail");
      if (action === ConformanceAction.REJECT) return reject("told_to", "the task says so");
      if (action === ConformanceAction.DEFER && item.handedOut <= 5) return defer("told to", 100);
      await sleep(workMs);
      await report(item, ConformanceStep.DONE, `${agencyId}:${idempotencyKey}:done`);
      return done();
    }

    const worker = defineWorker({
      contract: ConformanceTaskSchema,
      handle: (items) => Promise.all(items.map(handle)),
    });
    const running = await startWorker(worker, { connection, log, metrics: createMetrics(), name });
    return { connection, running };
  },
  async stop({ connection, running }) {
    await running.drain(drainLimitMs);
    await connection.close();
  },
  log,
});

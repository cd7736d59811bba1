// The TypeScript side of a shared durable: customer-sender's own loop and settings, with a handler that writes down what it was given.
//   consumer.ts <lane> <milliseconds of work a batch> <report file>
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { laneName } from "#core/runtime/contract.ts";
import { run } from "#core/runtime/lifecycle.ts";
import { createLogger } from "#core/runtime/log.ts";
import { createMetrics } from "#core/runtime/metrics.ts";
import { done } from "#core/runtime/outcome.ts";
import { startWorker } from "#core/runtime/worker.ts";
import type { CustomerSenderDeps } from "../../../services/customer-sender/deps.ts";
import { sendToCustomer } from "../../../services/customer-sender/send-to-customer.ts";
import type { ConsumerReport } from "./share.ts";

const [, , lane = "", workMs = "0", file = ""] = process.argv;
const name = "mixed-typescript";
const log = createLogger({ service: name, level: "info" });
const report: ConsumerReport = { handled: [], inFlight: [] };
const drainLimitMs = 20_000;

// By the machine's monotonic clock, as the Go side does.
const held = (change: number) => void report.inFlight.push([Number(process.hrtime.bigint()), change]);

// The loop asks for nothing of these but its clock; what would touch the world is the handler, and that is replaced.
const deps = { monotonicMs: () => performance.now(), random: Math.random } as CustomerSenderDeps;

await run({
  async start(signal) {
    const connection = await connectNats({ url: process.env["NATS_URL"] ?? "", name, log, signal });
    const worker: ReturnType<typeof sendToCustomer> = {
      ...sendToCustomer(deps),
      async handle(items, context) {
        if (laneName(context.lane) !== lane) throw new Error(`a message of lane ${context.lane}`);
        held(items.length);
        await sleep(Number(workMs));
        for (const { message } of items)
          if (message.order.case === "delivery") report.handled.push(message.order.value.sequence);
        // Counted down before the acknowledgements leave, so that the sum over all processes is never more than what the broker counts.
        held(-items.length);
        return items.map(() => done());
      },
    };
    return {
      connection,
      running: await startWorker(worker, { connection, log, metrics: createMetrics(), name }),
    };
  },
  async stop({ connection, running }) {
    await running.drain(drainLimitMs);
    await connection.close();
    writeFileSync(file, JSON.stringify(report));
  },
  log,
});

// What becomes of a message, by what its handler does.
import {
  ConformanceAction,
  ConformanceReportedSchema,
  ConformanceStep,
} from "#gen/fanfare/testing/v1/conformance_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { agencyId, contract, envelopeOf } from "../bed.ts";
import type { Case } from "./case.ts";
import { buried, handledOnce, owes } from "./case.ts";

const { BEGAN, DONE } = ConformanceStep;
const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
/** As often as DEFER waits; more than the failures that are allowed. */
const handings = 6;
const workMs = Math.round(contract.ackWaitMs * 2.2);

export const outcomeCases: readonly Case[] = [
  {
    name: "poison: a dead letter after max_failures",
    async run(bed) {
      const task = bed.task({ action: ConformanceAction.FAIL });
      const seq = await bed.publish(envelopeOf(task));
      const letter = await buried(bed, seq, "failures_spent");
      const tries = bed.count(task.idempotencyKey, BEGAN);
      owes(
        tries === contract.maxFailures,
        `it was tried ${tries} times; the contract says ${contract.maxFailures}`,
      );
      owes(letter.failures === contract.maxFailures, `the dead letter says ${letter.failures} failures`);
    },
  },
  {
    name: "deferred: waiting is no failure",
    async run(bed) {
      const task = bed.task({ action: ConformanceAction.DEFER });
      const seq = await bed.publish(envelopeOf(task));
      await bed.until(
        "the effect",
        () => bed.count(task.idempotencyKey, DONE) > 0 || bed.lettersOf(seq).length > 0,
      );
      owes(bed.lettersOf(seq).length === 0, "waiting was counted as failing, and it is a dead letter");
      await bed.until("the acknowledgement", async () => !(await bed.onQueue(seq)));
      const tries = bed.count(task.idempotencyKey, BEGAN);
      owes(tries === handings, `it was handed out ${tries} times instead of ${handings}`);
    },
  },
  {
    name: "dead letter: body, headers and reason whole",
    async run(bed) {
      const task = bed.task({ action: ConformanceAction.REJECT });
      const envelope = envelopeOf(task, { "x-mine": "kept", traceparent });
      const seq = await bed.publish(envelope);
      const letter = await buried(bed, seq, "rejected");
      owes(Buffer.from(letter.body).equals(envelope.body), "its body is not the message's");
      for (const [name, value] of Object.entries(envelope.headers))
        owes(
          letter.headers[name] === value,
          `its header ${name} is ${letter.headers[name]} instead of ${value}`,
        );
      const said = [letter.agencyId, letter.stream, letter.subject, letter.durable, letter.messageType];
      const wanted = [
        agencyId,
        contract.stream,
        envelope.subject,
        `${contract.durable}-standard`,
        contract.typeName,
      ];
      owes(said.join() === wanted.join(), `it says ${said.join(", ")} instead of ${wanted.join(", ")}`);
      owes(
        letter.detail !== "" && letter.worker !== "" && letter.deadLetteredAt !== undefined,
        "detail, worker or time is missing",
      );
      owes(letter.deliveries === 1, `it says ${letter.deliveries} deliveries instead of 1`);
    },
  },
  {
    name: "dead letter that cannot be stored: the message stays",
    async run(bed) {
      const { config } = await bed.manager.streams.info("DEAD_LETTER");
      await bed.manager.streams.update("DEAD_LETTER", { ...config, max_msg_size: 1 });
      const task = bed.task({ action: ConformanceAction.REJECT });
      const seq = await bed.publish(envelopeOf(task));
      try {
        await bed.until(
          "another try",
          async () => bed.count(task.idempotencyKey, BEGAN) > 1 || !(await bed.onQueue(seq)),
        );
        owes(await bed.onQueue(seq), "it was taken off its queue, and nothing holds it");
      } finally {
        await bed.manager.streams.update("DEAD_LETTER", config);
      }
      await buried(bed, seq, "rejected");
    },
  },
  {
    name: "trace: goes on in what the worker publishes",
    async run(bed) {
      const task = bed.task();
      await handledOnce(bed, task.idempotencyKey, await bed.publish(envelopeOf(task, { traceparent })));
      const said =
        bed.reports.find(({ key }) => key === task.idempotencyKey)?.headers["traceparent"] ?? "(nothing)";
      owes(
        new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`).test(said),
        `its traceparent is ${said}; the message's was ${traceparent}`,
      );
    },
  },
  {
    name: "facts are CloudEvents",
    async run(bed) {
      const task = bed.task();
      await handledOnce(bed, task.idempotencyKey, await bed.publish(envelopeOf(task)));
      const headers =
        bed.reports.find(({ key, step }) => key === task.idempotencyKey && step === DONE)?.headers ?? {};
      const id = `${agencyId}:${task.idempotencyKey}:done`;
      const wanted = {
        "Nats-Msg-Id": id, "ce-id": id, "ce-specversion": "1.0", "ce-type": ConformanceReportedSchema.typeName, "ce-datacontenttype": "application/protobuf",
      }; // prettier-ignore
      for (const [name, value] of Object.entries(wanted))
        owes(headers[name] === value, `the header ${name} is ${headers[name]} instead of ${value}`);
      owes((headers["ce-source"] ?? "") !== "", "ce-source is missing");
      owes(!Number.isNaN(Date.parse(headers["ce-time"] ?? "")), `ce-time is ${headers["ce-time"]}`);
    },
  },
];

export const slow: Case = {
  name: `slow: ${workMs / 1000} s of work, ${contract.ackWaitMs / 1000} s ack wait`,
  async run(bed) {
    const task = bed.task({ lane: Lane.BULK, workMs });
    const seq = await bed.publish(envelopeOf(task));
    await bed.until("work to begin", () => bed.count(task.idempotencyKey, BEGAN) > 0);
    // A worker that does one thing at a time would not ask for it again; another instance would, so the suite does.
    const other = await bed.ask(`${contract.durable}-bulk`);
    try {
      await bed.until("the effect", () => bed.count(task.idempotencyKey, DONE) > 0 || other.got() > 0);
      owes(other.got() === 0, "while it was at work, the broker handed it to another: no heartbeat kept it");
      await handledOnce(bed, task.idempotencyKey, seq);
    } finally {
      await other.end();
    }
  },
};

import { expect, test } from "vitest";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { workContract } from "./contract.ts";
import { countByAgency } from "./form-batch.ts";
import { createBatchHandler } from "./handle-batch.ts";
import type { HeldMessage } from "./held-message.ts";
import { createLogger } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { done } from "./outcome.ts";
import { agencyId, order, otherAgencyId } from "./worker.fixture.ts";
import { defineWorker } from "./worker.ts";
import { laneMetrics } from "./worker-metrics.ts";

const contract = workContract(SendBlastToCustomerSchema);
const standard = contract.lanes.find(({ name }) => name === "standard")!;

/** So many valid messages of an agency, as the broker hands them out. */
const held = (count: number, agency = agencyId): HeldMessage[] =>
  Array.from({ length: count }, (_, index) => {
    const { subject, body, headers } = order(`${agency}${index}`, { agency });
    const message = { subject, body, headers, header: (name: string) => headers[name], stream: contract.stream, sequence: index, deliveries: 1, publishedAtMs: 0 };
    return message as Partial<HeldMessage> as HeldMessage;
  }); // prettier-ignore

/** Handles one batch, and answers what happened in turn. */
async function handled(batch: HeldMessage[]): Promise<string[]> {
  const happened: string[] = [];
  const count = (what: string) => () => void happened.push(what);
  const handle = createBatchHandler({
    worker: defineWorker({
      contract: SendBlastToCustomerSchema,
      handle: async (items) => (count(`handle ${items.length}`)(), items.map(() => done())),
    }),
    contract, lane: standard, log: createLogger({ service: "test", level: "silent" }), metrics: laneMetrics(createMetrics(), "customer", "standard"),
    settler: { settle: count("settle") as () => undefined, bury: async () => count("bury")() }, signal: new AbortController().signal,
    rest: async (messages) => count(`rest ${messages}`)(), letPass: async () => count("let pass")(),
  }); // prettier-ignore
  await handle(batch, countByAgency(batch));
  return happened;
}

const times = (count: number, what: string) => Array.from({ length: count }, () => what);

test("a large batch lets pass before each hundred that it reads, and before it is settled", async () => {
  expect(await handled(held(250))).toEqual([
    ...times(3, "rest 250"),
    "handle 250",
    "let pass",
    ...times(250, "settle"),
  ]);
});

test.each([
  ["a small batch", held(100)],
  ["one with a few messages of somebody among many", [...held(200), ...held(10, otherAgencyId)]],
])("%s waits for nobody", async (_, batch) => {
  expect(await handled(batch)).toEqual([`handle ${batch.length}`, ...times(batch.length, "settle")]);
});

test("a message that no handler may see is buried, and the others are handled", async () => {
  const batch = held(3);
  batch[1] = { ...batch[1]!, header: () => undefined, headers: {}, body: new TextEncoder().encode("hello") };
  expect(await handled(batch)).toEqual(["bury", "handle 2", "settle", "settle"]);
});

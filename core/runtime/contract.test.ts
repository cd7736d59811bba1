import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { BlastStartedSchema } from "#gen/fanfare/event/v1/blast_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { ContentSchema } from "#gen/fanfare/work/v1/content_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { eventContract, laneName, workContract } from "./contract.ts";
import { allEventContracts, allWorkContracts } from "./contracts.ts";

it("reads how a task travels from its own type, once", () => {
  const contract = workContract(SendBlastToCustomerSchema);
  expect(contract).toMatchObject({
    stream: "WORK_CUSTOMER",
    queue: "customer",
    ackWaitMs: 60_000,
    maxFailures: 10,
    backoffInitialMs: 1000,
    maxMessageBytes: 65_536,
  });
  expect(contract.lanes[0]).toEqual({
    lane: Lane.URGENT,
    name: "urgent",
    durable: "customer-sender-urgent",
    subjectFilter: "fanfare.work.customer.urgent.*",
    maxAckPending: 2000,
    maxBatch: 100,
  });
  expect(workContract(SendBlastToCustomerSchema)).toBe(contract);
});

it("reads how a fact travels", () => {
  const { stream, subject } = eventContract(BlastStartedSchema);
  expect([stream, subject("a1")]).toEqual(["EVENTS", "fanfare.event.blast.started.a1"]);
});

it("says what is missing on a type that does not travel", () => {
  expect(() => workContract(ContentSchema)).toThrow("(fanfare.options.v1.work)");
  expect(() => eventContract(ContentSchema)).toThrow("(fanfare.options.v1.event)");
  expect(() => laneName(Lane.UNSPECIFIED)).toThrow("LANE_URGENT");
});

it("knows every task and fact that is generated", () => {
  const known = new Set(
    [...allWorkContracts, ...allEventContracts].map(({ file }) => `${file.name}_pb.d.ts`),
  );
  for (const folder of ["work", "event"]) {
    const directory = new URL(`../../gen/ts/fanfare/${folder}/v1/`, import.meta.url);
    for (const name of readdirSync(directory).filter((each) => each.endsWith("_pb.d.ts"))) {
      // Files that hold only parts of messages travel nowhere.
      const proto = readFileSync(
        new URL(`../../proto/fanfare/${folder}/v1/${name.replace("_pb.d.ts", ".proto")}`, import.meta.url),
        "utf8",
      );
      if (/option \(fanfare\.options\.v1\.(work|event)\)/.test(proto)) {
        expect(known, "add its file to contracts.ts").toContain(`fanfare/${folder}/v1/${name}`);
      }
    }
  }
});

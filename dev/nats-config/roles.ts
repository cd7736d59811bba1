import type { DescMessage } from "@bufbuild/protobuf";
import {
  BlastAcceptedSchema,
  BlastCompletedSchema,
  BlastRefusedSchema,
  BlastReportReadySchema,
  BlastStartedSchema,
} from "#gen/fanfare/event/v1/blast_pb.js";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { ExportProgressedSchema } from "#gen/fanfare/event/v1/export_pb.js";
import { ExportCustomersSchema } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";

/** What a program does on the broker. Its rights follow from this and from the contracts; see permissions.ts. */
export type Role = {
  /** The user's name, and the name of its password: NATS_<USER>_PASSWORD. */
  user: string;
  /** Tasks that it takes from their queues, on every lane. */
  takes?: readonly DescMessage[];
  /** Facts that it hears under a durable consumer of its own, which it makes itself. */
  hears?: readonly { fact: DescMessage; durable: string }[];
  /** Tasks and facts that it publishes. */
  publishes?: readonly DescMessage[];
  /** Hears every fact as it is published, without a consumer: a doorbell that may be missed. */
  hearsTheBell?: true;
  /** Says that a blast was asked for, so that large pieces let it pass. */
  asksForWay?: true;
  /** Hears who asks for the way. */
  givesWay?: true;
  /** Says that a blast that asked for the way has passed. */
  endsWay?: true;
  /** Makes and mends streams and consumers as the contracts say, and archives dead letters. It can remove none. */
  keepsTopology?: true;
  /** Looks into the queues, pauses, resumes and limits them. */
  tendsQueues?: true;
  /** Everything, for a person with the nats command line. */
  everything?: true;
};

// Dead letters are published by whoever gave up, and by nobody else.
const facts = allEventContracts.filter((desc) => desc !== DeadLetteredSchema);

/** One user per program. A program that is not here does not get in. */
export const roles: readonly Role[] = [
  // Dead letters of any queue are published again by the api, and its outbox holds every fact.
  { user: "api", publishes: [...allWorkContracts, ...facts], tendsQueues: true, asksForWay: true },
  {
    user: "list-sender",
    takes: [SendBlastToCustomerListSchema],
    publishes: [
      SendBlastToCustomerSchema,
      BlastAcceptedSchema,
      BlastStartedSchema,
      BlastCompletedSchema,
      BlastRefusedSchema,
    ],
    givesWay: true,
  },
  { user: "customer-sender", takes: [SendBlastToCustomerSchema], givesWay: true, endsWay: true },
  // The relay publishes whatever the outbox holds.
  { user: "scheduler", publishes: [...allWorkContracts, ...facts], keepsTopology: true, givesWay: true },
  { user: "exporter", takes: [ExportCustomersSchema], publishes: [ExportProgressedSchema] },
  {
    user: "reporter",
    hears: [{ fact: BlastCompletedSchema, durable: "reporter" }],
    publishes: [BlastReportReadySchema],
  },
  { user: "webhook-sender", hearsTheBell: true },
  // A program that orders blasts without the api. Give it an agency of its own in place of the last *, see docs/workers.md.
  { user: "producer", publishes: [SendBlastToCustomerListSchema, SendBlastToCustomerSchema] },
  { user: "operator", everything: true },
];

import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { file_fanfare_event_v1_blast } from "#gen/fanfare/event/v1/blast_pb.js";
import { file_fanfare_event_v1_customer } from "#gen/fanfare/event/v1/customer_pb.js";
import { file_fanfare_event_v1_dead_lettered } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { file_fanfare_event_v1_export } from "#gen/fanfare/event/v1/export_pb.js";
import { file_fanfare_event_v1_facts } from "#gen/fanfare/event/v1/facts_pb.js";
import { file_fanfare_event_v1_webhook } from "#gen/fanfare/event/v1/webhook_pb.js";
import { file_fanfare_work_v1_export_customers } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { file_fanfare_work_v1_send_blast_to_customer } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { file_fanfare_work_v1_send_blast_to_customer_list } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import { isEventContract, isWorkContract } from "./contract.ts";

// Every file of fanfare.work.v1 and fanfare.event.v1 that declares a message with a topology; a test compares it with gen/ts.
const files: readonly DescFile[] = [
  file_fanfare_work_v1_send_blast_to_customer_list,
  file_fanfare_work_v1_send_blast_to_customer,
  file_fanfare_work_v1_export_customers,
  file_fanfare_event_v1_blast,
  file_fanfare_event_v1_customer,
  file_fanfare_event_v1_dead_lettered,
  file_fanfare_event_v1_export,
  file_fanfare_event_v1_facts,
  file_fanfare_event_v1_webhook,
];

const messages = files.flatMap((file) => file.messages);

/** Every task that the house knows. */
export const allWorkContracts: readonly DescMessage[] = messages.filter(isWorkContract);

/** Every fact that the house publishes. */
export const allEventContracts: readonly DescMessage[] = messages.filter(isEventContract);

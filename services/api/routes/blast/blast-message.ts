import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { BlastState, type BalanceSheetSchema, type BlastSchema } from "#gen/fanfare/api/v1/blast_pb.js";
import type { BlastRecord } from "#core/adapters/postgres/blasts-read/blast-record.ts";
import type { BlastStateText } from "#core/adapters/postgres/schema.ts";
import { doubtPolicyOf, laneOf } from "../../rpc/enums.ts";

/** The states of rows; paused is a flag beside them. */
export const blastStateOf: Record<BlastStateText, BlastState> = {
  accepted: BlastState.ACCEPTED,
  freezing: BlastState.FREEZING,
  sending: BlastState.SENDING,
  completed: BlastState.COMPLETED,
  cancelled: BlastState.CANCELLED,
  refused: BlastState.REFUSED,
};

/** A blast with its balance sheet as callers see it. */
export function blastMessage(row: BlastRecord): MessageInitShape<typeof BlastSchema> {
  return {
    id: row.id,
    name: row.name,
    state: row.state === "sending" && row.paused ? BlastState.PAUSED : blastStateOf[row.state],
    lane: laneOf[row.lane],
    templateId: row.template_id,
    templateVersion: row.template_version,
    customMessage: row.custom_message,
    direct: row.direct,
    refusalReason: row.refusal_reason,
    scheduleId: row.schedule_id ?? "",
    occurrence: row.occurrence ?? "",
    requestedBy: row.requested_by ?? "",
    reportUrl: row.report_url ?? "",
    balanceSheet: balanceSheet(row),
    acceptedAt: timestampFromDate(row.accepted_at),
    ...(row.started_at === null ? {} : { startedAt: timestampFromDate(row.started_at) }),
    ...(row.leaves_at === null ? {} : { leavesAt: timestampFromDate(row.leaves_at) }),
    ...(row.doubt_policy === null ? {} : { doubtPolicy: doubtPolicyOf[row.doubt_policy] }),
    ...(row.completed_at === null ? {} : { completedAt: timestampFromDate(row.completed_at) }),
  };
}

/** What is not counted in any other way is waiting, or on its way: claims are too short to be counted by themselves. */
function balanceSheet(row: BlastRecord): MessageInitShape<typeof BalanceSheetSchema> {
  const { accepted, skipped, rejected, retrying, in_doubt: inDoubt, held, reasons } = row;
  const audience = row.audience_size;
  const waiting = Math.max(0, audience - accepted - skipped - rejected - retrying - inDoubt - held);
  return { audience, waiting, sending: 0, accepted, skipped, rejected, retrying, inDoubt, held, reasons };
}

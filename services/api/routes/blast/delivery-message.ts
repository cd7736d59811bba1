import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { DeliveryState, type DeliverySchema } from "#gen/fanfare/api/v1/blast_pb.js";
import type { DeliveryRecord } from "#core/adapters/postgres/deliveries-read/delivery-record.ts";
import { formatDeliveryId } from "#core/domain/delivery/id.ts";
import { deliveryStateOf } from "../../rpc/enums.ts";

/** A delivery as callers see it. */
export function deliveryMessage(row: DeliveryRecord): MessageInitShape<typeof DeliverySchema> {
  return {
    id: formatDeliveryId(row.blast_id, row.seq),
    blastId: row.blast_id,
    sequence: row.seq,
    customerId: row.customer_id,
    email: row.email,
    state: row.queued ? DeliveryState.QUEUED : deliveryStateOf[row.state],
    reason: row.reason,
    attempt: row.attempt,
    providerMessageId: row.provider_message_id ?? "",
    changedAt: timestampFromDate(row.changed_at),
  };
}

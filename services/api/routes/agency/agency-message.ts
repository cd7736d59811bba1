import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { AgencySchema } from "#gen/fanfare/api/v1/agency_pb.js";
import type { AgencyRecord } from "#core/adapters/postgres/agencies/agency-record.ts";
import { doubtPolicyOf, standingOf, unknownAddressPolicyOf } from "../../rpc/enums.ts";

/** An agency as callers see it. */
export function agencyMessage(row: AgencyRecord): MessageInitShape<typeof AgencySchema> {
  return {
    id: row.id,
    settings: {
      name: row.name,
      sendingDomain: row.sending_domain,
      fromName: row.from_name,
      fromLocalPart: row.from_local_part,
      replyTo: row.reply_to,
      postalAddress: row.postal_address,
      timeZone: row.time_zone,
      doubtPolicy: doubtPolicyOf[row.doubt_policy],
      unknownAddressPolicy: unknownAddressPolicyOf[row.unknown_address_policy],
      verifyAddresses: row.verify_addresses,
      undoSeconds: row.undo_seconds,
    },
    standing: standingOf[row.standing],
    paused: row.paused,
    createdAt: timestampFromDate(row.created_at),
  };
}

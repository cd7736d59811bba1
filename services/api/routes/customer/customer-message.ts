import { Code } from "@connectrpc/connect";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { CustomerStatus, type CustomerFields, type CustomerSchema } from "#gen/fanfare/api/v1/customer_pb.js";
import type { CustomerRecord, CustomerValues } from "#core/adapters/postgres/customers/customer-record.ts";
import { normaliseAddress } from "#core/domain/address/normalise-address.ts";
import { customerStatusOf, suppressionReasonOf } from "../../rpc/enums.ts";
import { fail } from "../../rpc/fail.ts";

/** A customer as callers see it. */
export function customerMessage(row: CustomerRecord): MessageInitShape<typeof CustomerSchema> {
  return {
    id: row.id,
    externalId: row.external_id ?? "",
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    locale: row.locale,
    status: customerStatusOf[row.status],
    attributes: row.attributes,
    suppressed: row.suppressed.map((reason) => suppressionReasonOf[reason]),
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
  };
}

/** What a caller says of a customer, ready to be stored. Throws InvalidArgument `invalid_address`. */
export function customerValues(fields: CustomerFields): CustomerValues {
  const { address, key } = readAddress(fields.email, "customer.email");
  return {
    externalId: fields.externalId === "" ? null : fields.externalId,
    email: address,
    addressKey: key,
    firstName: fields.firstName,
    lastName: fields.lastName,
    locale: fields.locale,
    status: fields.status === CustomerStatus.INACTIVE ? "inactive" : "active",
    attributes: fields.attributes,
  };
}

/** An address as it is mailed, and the key by which it is told from others. Throws InvalidArgument `invalid_address`. */
export function readAddress(email: string, field: string): { address: string; key: string } {
  const read = normaliseAddress(email);
  if (read.ok) return read;
  throw fail(Code.InvalidArgument, {
    reason: "invalid_address",
    message: `${JSON.stringify(email)} is no e-mail address. ${read.message}`,
    field,
    hint: "Write it like name@example.com.",
  });
}

/** Another customer has the external id. */
export function externalIdTaken(externalId: string) {
  return fail(Code.AlreadyExists, {
    reason: "external_id_taken",
    message: `Another customer of the agency has the external id "${externalId}".`,
    field: "customer.external_id",
    hint: "Update that customer (an import with this external id does), or choose another external id.",
  });
}

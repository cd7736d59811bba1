import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { CustomerListSchema } from "#gen/fanfare/api/v1/customer_pb.js";
import type { CustomerListRecord } from "#core/adapters/postgres/customer-lists/create-list.ts";

/** A customer list as callers see it. */
export function listMessage(row: CustomerListRecord): MessageInitShape<typeof CustomerListSchema> {
  return { id: row.id, name: row.name, size: row.size, createdAt: timestampFromDate(row.created_at) };
}

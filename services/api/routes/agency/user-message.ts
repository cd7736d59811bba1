import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ApiKeySchema, UserSchema } from "#gen/fanfare/api/v1/agency_pb.js";
import type { ApiKeyRecord } from "#core/adapters/postgres/api-keys/api-key-record.ts";
import type { UserRecord } from "#core/adapters/postgres/users/user-record.ts";
import { roleOf } from "../../rpc/enums.ts";

/** A user as callers see it. */
export function userMessage(row: UserRecord): MessageInitShape<typeof UserSchema> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: roleOf[row.role],
    active: row.active,
    createdAt: timestampFromDate(row.created_at),
  };
}

/** A key as callers see it; its secret is not known to us any more. */
export function apiKeyMessage(row: ApiKeyRecord): MessageInitShape<typeof ApiKeySchema> {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: roleOf[row.role],
    userId: row.user_id,
    revoked: row.revoked_at !== null,
    createdAt: timestampFromDate(row.created_at),
    ...(row.last_used_at === null ? {} : { lastUsedAt: timestampFromDate(row.last_used_at) }),
  };
}

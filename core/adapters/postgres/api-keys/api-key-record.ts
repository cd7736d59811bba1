import type { Selectable } from "kysely";
import type { ApiKeyRow } from "../schema.ts";

/** A key as read: everything but its hash. */
export type ApiKeyRecord = Omit<Selectable<ApiKeyRow>, "agency_id" | "hash">;

export const apiKeyColumns = [
  "id", "user_id", "name", "prefix", "role", "revoked_at", "last_used_at", "created_at",
] as const satisfies readonly (keyof ApiKeyRecord)[]; // prettier-ignore

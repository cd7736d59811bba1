import type { Selectable } from "kysely";
import type { UserRow } from "../schema.ts";

/** A user as read. */
export type UserRecord = Omit<Selectable<UserRow>, "agency_id" | "email_key">;

export const userColumns = [
  "id", "email", "name", "role", "active", "created_at",
] as const satisfies readonly (keyof UserRecord)[]; // prettier-ignore

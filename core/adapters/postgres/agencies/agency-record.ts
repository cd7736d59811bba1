import type { Selectable } from "kysely";
import type { AgencyRow } from "../schema.ts";

/** An agency as it is read. */
export type AgencyRecord = Omit<Selectable<AgencyRow>, "standing_reason">;

export const agencyColumns = [
  "id", "name", "sending_domain", "from_name", "from_local_part", "reply_to", "postal_address", "time_zone", "doubt_policy",
  "unknown_address_policy", "verify_addresses", "undo_seconds", "standing", "paused", "created_at",
] as const satisfies readonly (keyof AgencyRecord)[]; // prettier-ignore

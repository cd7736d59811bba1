import type { Selectable } from "kysely";
import type { ExportRow } from "../schema.ts";

/** An export as read; everything but the exporter's checkpoint. */
export type ExportRecord = Omit<Selectable<ExportRow>, "checkpoint">;

export const exportColumns = [
  "id", "agency_id", "user_id", "idempotency_key", "spec", "state", "attempt", "worker", "rows", "bytes", "checkpoint_attempt", "file",
  "sha256", "failure", "requested_at", "changed_at", "completed_at",
] as const satisfies readonly (keyof ExportRecord)[]; // prettier-ignore

import { sql } from "kysely";
import type { AudienceJson } from "../audience/source.ts";
import type { Tx } from "../database.ts";
import type { LaneText } from "../schema.ts";

/** The order named something that the agency does not have. Nothing was written. */
export class UnknownReferenceError extends Error {
  override readonly name = "UnknownReferenceError";
  /** What kind of thing is missing, and the id that was asked for. */
  readonly what: "template" | "customer_list" | "customers" | "agency";
  readonly ids: string[];
  constructor(what: UnknownReferenceError["what"], ids: string[]) {
    const shown = ids.slice(0, 5).join(", ") + (ids.length > 5 ? ` and ${ids.length - 5} more` : "");
    super(`This agency has no ${what.replace("_", " ")} ${shown}.`);
    this.what = what;
    this.ids = ids;
  }
}

export interface NewBlast {
  agencyId: string;
  userId: string | undefined;
  name: string;
  lane: LaneText;
  templateId: string;
  /** 0 is the newest; the blast keeps the version it got. */
  templateVersion: number;
  customMessage: string;
  audience: AudienceJson;
  /** Undefined: the agency's. */
  doubtPolicy?: "hold" | "resend" | undefined;
  /** Set for a blast that a schedule causes; (schedule, occurrence) is unique. */
  occurrence?: { scheduleId: string; key: string; late: boolean };
}

/**
 * Writes a blast in state accepted and answers its id. Call it under an idempotency key, in the transaction that also writes the
 * outbox row. Throws `UnknownReferenceError` when template or list do not belong to the agency.
 */
export async function acceptBlast(tx: Tx, blast: NewBlast): Promise<string> {
  const { agencyId, templateId, templateVersion, occurrence } = blast;
  const version = await resolveTemplateVersion(
    tx,
    agencyId,
    templateId,
    templateVersion,
    occurrence !== undefined,
  );
  if (blast.audience.listId !== undefined) await requireList(tx, blast.agencyId, blast.audience.listId);
  const row = await tx
    .insertInto("blasts")
    .values({
      agency_id: blast.agencyId,
      user_id: blast.userId ?? null,
      name: blast.name,
      lane: blast.lane,
      template_id: blast.templateId,
      template_version: version,
      custom_message: blast.customMessage,
      audience: JSON.stringify(blast.audience),
      schedule_id: blast.occurrence?.scheduleId ?? null,
      occurrence: blast.occurrence?.key ?? null,
      late: blast.occurrence?.late ?? false,
      doubt_policy: blast.doubtPolicy ?? null,
      leaves_at: leavesAt(agencyId, occurrence !== undefined),
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

const maxVersion = 2 ** 31 - 1;

/** The end of the agency's countdown. A schedule's blast has none: its time was known, and could be cancelled, long before. */
function leavesAt(agencyId: string, scheduled: boolean) {
  if (scheduled) return null;
  return sql<Date | null>`(
    SELECT now() + make_interval(secs => undo_seconds) FROM agencies WHERE id = ${agencyId} AND undo_seconds > 0)`;
}

/** The version that a blast will use; schedules go on with archived templates. Throws `UnknownReferenceError`. */
export async function resolveTemplateVersion(
  tx: Tx,
  agencyId: string,
  templateId: string,
  version: number,
  evenArchived = false,
): Promise<number> {
  // Beyond PostgreSQL's int there is no version, and asking for one would be an error of ours instead of the caller's.
  const { rows } =
    version > maxVersion
      ? { rows: [] }
      : await sql<{ version: number }>`
    SELECT v.version FROM templates t
    JOIN template_versions v ON v.template_id = t.id AND v.version = CASE WHEN ${version} = 0 THEN t.version ELSE ${version} END
    WHERE t.id = ${templateId} AND t.agency_id = ${agencyId} AND (t.archived_at IS NULL OR ${evenArchived})`.execute(
          tx,
        );
  const found = rows[0]?.version;
  if (found === undefined) {
    throw new UnknownReferenceError("template", [
      version === 0 ? templateId : `${templateId} version ${version}`,
    ]);
  }
  return found;
}

async function requireList(tx: Tx, agencyId: string, listId: string): Promise<void> {
  const list = await tx
    .selectFrom("customer_lists")
    .select("id")
    .where("id", "=", listId)
    .where("agency_id", "=", agencyId)
    .executeTakeFirst();
  if (list === undefined) throw new UnknownReferenceError("customer_list", [listId]);
}

import { sql } from "kysely";
import { reserve } from "../credits/book.ts";
import type { Tx } from "../database.ts";

export type Started =
  | { kind: "started"; audience: number; eligible: number }
  | { kind: "refused"; reason: "insufficient_credit" | "empty_audience"; audience: number }
  /** Not in freezing: another instance did it, or a person cancelled it. */
  | { kind: "stopped"; state: string };

/** The audience is frozen: reserves the credit, all or none, and lets the deliveries go; or refuses the blast as a whole. */
export async function startBlast(tx: Tx, agencyId: string, blastId: string): Promise<Started> {
  const blast = await tx
    .selectFrom("blasts")
    .select(["state", "audience_size", "eligible"])
    .where("id", "=", blastId)
    .where("agency_id", "=", agencyId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (blast.state !== "freezing" && blast.state !== "accepted")
    return { kind: "stopped", state: blast.state };
  if (blast.audience_size === 0) {
    await refuseBlast(tx, blastId, "empty_audience");
    return { kind: "refused", reason: "empty_audience", audience: 0 };
  }
  if (!(await reserve(tx, { agencyId, blastId }, blast.eligible))) {
    await refuseBlast(tx, blastId, "insufficient_credit");
    return { kind: "refused", reason: "insufficient_credit", audience: blast.audience_size };
  }
  await sql`UPDATE blasts SET state = 'sending', started_at = now() WHERE id = ${blastId}`.execute(tx);
  return { kind: "started", audience: blast.audience_size, eligible: blast.eligible };
}

/** Refuses a blast that has not started; `skipRemaining` then settles what was frozen of it. */
export async function refuseBlast(tx: Tx, blastId: string, reason: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE blasts SET state = 'refused', refusal_reason = ${reason}
    WHERE id = ${blastId} AND state IN ('accepted', 'freezing')`.execute(tx);
  return numAffectedRows === 1n;
}

export type Account = "ok" | "agency_unknown" | "agency_suspended" | "user_inactive";

/** What list-sender asks before it freezes: may this user of this agency send at all? */
export async function checkAccount(tx: Tx, agencyId: string, userId: string | null): Promise<Account> {
  const { rows } = await sql<{ standing: string; user_active: boolean | null }>`
    SELECT a.standing, u.active AS user_active FROM agencies a
    LEFT JOIN users u ON u.agency_id = a.id AND u.id = ${userId}
    WHERE a.id = ${agencyId}`.execute(tx);
  const account = rows[0];
  if (account === undefined) return "agency_unknown";
  if (account.standing !== "good") return "agency_suspended";
  if (userId !== null && account.user_active !== true) return "user_inactive";
  return "ok";
}

import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { ClaimedMessage } from "./claim-messages.ts";

/** What came of a try. */
export interface TriedMessage {
  /** `gone`: the end point says that it is no more. */
  result: "delivered" | "gone" | "again" | "failed";
  /** For `again`. */
  delayMs: number;
  status: number;
  error: string;
  response: string;
  tookMs: number;
}

/**
 * Writes down a try. A sender whose lease ran out meanwhile changes nothing but that its try is kept, with one exception: that the end point
 * took the message is true whoever says it. Runs as system.
 */
export async function recordAttempt(tx: Tx, message: ClaimedMessage, tried: TriedMessage): Promise<void> {
  // The end point before its messages, as whoever claims locks them.
  await sql`SELECT FROM webhook_endpoints WHERE id = ${message.endpoint_id} FOR NO KEY UPDATE`.execute(tx);
  const state = tried.result === "delivered" ? "delivered" : tried.result === "again" ? "pending" : "failed";
  await sql`
    WITH changed AS (
      UPDATE webhook_messages SET state = ${state}, leased = false, failures = failures + ${tried.result === "delivered" ? 0 : 1},
        next_at = now() + make_interval(secs => ${tried.delayMs / 1000}),
        ended_at = CASE WHEN ${state} = 'pending' THEN NULL ELSE now() END
      WHERE id = ${message.id} AND state = 'pending' AND (attempt = ${message.attempt} OR ${tried.result === "delivered"})
    )
    INSERT INTO webhook_attempts (message_id, number, agency_id, status, error, response, took_ms)
    SELECT id, ${message.attempt}::int, agency_id, ${tried.status}::int, ${tried.error}, ${tried.response}, ${Math.round(tried.tookMs)}::int
    FROM webhook_messages WHERE id = ${message.id}
    ON CONFLICT DO NOTHING`.execute(tx);
  if (tried.result === "delivered")
    await sql`
      UPDATE webhook_endpoints SET failing_since = NULL WHERE id = ${message.endpoint_id} AND failing_since IS NOT NULL`.execute(
      tx,
    );
  else
    await sql`
      UPDATE webhook_endpoints SET failing_since = now() WHERE id = ${message.endpoint_id} AND failing_since IS NULL`.execute(
      tx,
    );
}

/**
 * Switches off an end point: one that is gone at once, one that fails when it has failed for longer than `patienceMs`. Answers when, or
 * undefined when it stays on, or was off before. Runs as system.
 */
export async function disableEndpoint(
  tx: Tx,
  endpointId: string,
  reason: "gone" | "failing",
  patienceMs: number,
): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date }>`
    UPDATE webhook_endpoints SET enabled = false, disabled_reason = ${reason}
    WHERE id = ${endpointId} AND enabled
      AND (${reason} = 'gone' OR failing_since < now() - make_interval(secs => ${patienceMs / 1000}))
    RETURNING now() AS at`.execute(tx);
  return rows[0]?.at;
}

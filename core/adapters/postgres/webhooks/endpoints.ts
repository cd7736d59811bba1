import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** An end point as read; its secrets stay where they are. */
export interface EndpointRecord {
  id: string;
  url: string;
  description: string;
  types: string[];
  enabled: boolean;
  disabled_reason: string;
  failing_since: Date | null;
  waiting: number;
  created_at: Date;
}

/** What an agency says of an end point. */
export interface EndpointSettings {
  url: string;
  description: string;
  /** Empty: every type. */
  types: readonly string[];
}

/** Each fact becomes a row for each end point, in the transaction of the fact. */
export const maxEndpoints = 20;

// Counting further would read a dead end point's whole queue for a number that nobody reads.
const countedWaiting = 10_000;

const columns = sql`e.id, e.url, e.description, e.types, e.enabled, e.disabled_reason, e.failing_since, e.created_at,
  (SELECT count(*) FROM (SELECT FROM webhook_messages m WHERE m.endpoint_id = e.id AND m.state = 'pending' LIMIT ${sql.lit(countedWaiting)}) w)::int
    AS waiting`;

/** Adds an end point; undefined when the agency has as many as it may. */
export async function insertEndpoint(
  tx: Tx,
  agencyId: string,
  settings: EndpointSettings,
  secret: Uint8Array,
): Promise<EndpointRecord | undefined> {
  // Two at once must not both be the last; the lock is the agency's own and short.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('fanfare:webhook-endpoints:' || ${agencyId}, 0))`.execute(
    tx,
  );
  const { rows } = await sql<{ id: string }>`
    INSERT INTO webhook_endpoints (agency_id, url, description, types, secret)
    SELECT ${agencyId}, ${settings.url}, ${settings.description}, ${[...settings.types]}::text[], ${Buffer.from(secret)}::bytea
    WHERE (SELECT count(*) FROM webhook_endpoints WHERE agency_id = ${agencyId}) < ${maxEndpoints}
    RETURNING id`.execute(tx);
  const id = rows[0]?.id;
  return id === undefined ? undefined : readEndpoint(tx, agencyId, id);
}

export async function readEndpoint(
  tx: Tx,
  agencyId: string,
  endpointId: string,
): Promise<EndpointRecord | undefined> {
  const { rows } = await sql<EndpointRecord>`
    SELECT ${columns} FROM webhook_endpoints e WHERE e.agency_id = ${agencyId} AND e.id = ${endpointId}`.execute(
    tx,
  );
  return rows[0];
}

/** All of an agency, oldest first. */
export async function listEndpoints(tx: Tx, agencyId: string): Promise<EndpointRecord[]> {
  const { rows } = await sql<EndpointRecord>`
    SELECT ${columns} FROM webhook_endpoints e WHERE e.agency_id = ${agencyId} ORDER BY e.id LIMIT ${maxEndpoints}`.execute(
    tx,
  );
  return rows;
}

/**
 * Replaces what the agency says of an end point. Another address, or switching it on again, forgets that it failed; what waits is then tried
 * at once. Undefined: there is none.
 */
export async function updateEndpoint(
  tx: Tx,
  agencyId: string,
  endpointId: string,
  settings: EndpointSettings & { enabled: boolean },
): Promise<EndpointRecord | undefined> {
  const { rows } = await sql<{ fresh: boolean }>`
    WITH before AS (
      SELECT id, url, enabled FROM webhook_endpoints WHERE agency_id = ${agencyId} AND id = ${endpointId} FOR UPDATE
    )
    UPDATE webhook_endpoints e SET url = ${settings.url}, description = ${settings.description}, types = ${[...settings.types]}::text[],
      enabled = ${settings.enabled}, disabled_reason = CASE WHEN ${settings.enabled} THEN '' ELSE e.disabled_reason END,
      failing_since = CASE WHEN before.url = ${settings.url} AND (before.enabled OR NOT ${settings.enabled}) THEN e.failing_since END
    FROM before WHERE e.id = before.id
    RETURNING ${settings.enabled} AND (before.url <> ${settings.url} OR NOT before.enabled) AS fresh`.execute(
    tx,
  );
  if (rows[0] === undefined) return undefined;
  if (rows[0].fresh)
    await sql`
      UPDATE webhook_messages SET next_at = now() WHERE endpoint_id = ${endpointId} AND state = 'pending' AND NOT leased`.execute(
      tx,
    );
  return readEndpoint(tx, agencyId, endpointId);
}

/** Removes an end point with its messages. False: there is none. */
export async function deleteEndpoint(tx: Tx, agencyId: string, endpointId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM webhook_endpoints WHERE agency_id = ${agencyId} AND id = ${endpointId}`.execute(tx);
  return numAffectedRows === 1n;
}

/** The new secret signs from now on, and the one before it beside it for `overlapMs`. Answers until when; undefined: there is none. */
export async function rotateSecret(
  tx: Tx,
  agencyId: string,
  endpointId: string,
  secret: Uint8Array,
  overlapMs: number,
): Promise<Date | undefined> {
  const { rows } = await sql<{ old_secret_until: Date }>`
    UPDATE webhook_endpoints SET old_secret = secret, old_secret_until = now() + make_interval(secs => ${overlapMs / 1000}),
      secret = ${Buffer.from(secret)}::bytea
    WHERE agency_id = ${agencyId} AND id = ${endpointId} RETURNING old_secret_until`.execute(tx);
  return rows[0]?.old_secret_until;
}

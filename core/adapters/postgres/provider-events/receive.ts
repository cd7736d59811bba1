import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { ProviderEventKindText } from "../schema.ts";

export interface ReceivedEvent {
  id: string;
  /** Of the webhook's signature; each is good for one event. */
  token: string;
  kind: ProviderEventKindText;
  /** The delivery and attempt that the correlation id names; undefined when the mail is not ours. */
  delivery: { blastId: string; seq: number; attempt: number } | undefined;
  providerMessageId: string;
  reason: string;
  atMs: number;
}

/** Writes events into the inbox, each once: a repetition, and a token that was used before, change nothing. Runs as system. */
export async function receiveEvents(tx: Tx, events: readonly ReceivedEvent[]): Promise<void> {
  const column = <T>(read: (event: ReceivedEvent) => T) => events.map(read);
  await sql`
    INSERT INTO provider_events (day, id, token, kind, blast_id, seq, attempt, provider_message_id, reason, at)
    SELECT (e.at AT TIME ZONE 'UTC')::date, e.id, e.token, e.kind, e.blast_id, e.seq, e.attempt, e.message_id, e.reason, e.at
    FROM unnest(${column((e) => e.id)}::text[], ${column((e) => e.token)}::text[], ${column((e) => e.kind)}::text[],
      ${column((e) => e.delivery?.blastId ?? null)}::uuid[], ${column((e) => e.delivery?.seq ?? null)}::int[],
      ${column((e) => e.delivery?.attempt ?? null)}::int[], ${column((e) => e.providerMessageId)}::text[],
      ${column((e) => e.reason)}::text[], ${column((e) => new Date(e.atMs))}::timestamptz[]
    ) AS e(id, token, kind, blast_id, seq, attempt, message_id, reason, at)
    ORDER BY e.id
    ON CONFLICT DO NOTHING`.execute(tx);
}

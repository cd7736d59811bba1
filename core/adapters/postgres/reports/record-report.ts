import { sql } from "kysely";
import type { Tx } from "../database.ts";

/** What became of a link: `unknown_blast` when the agency has no such blast, `known` when it was there before. */
export type RecordedReport = "recorded" | "known" | "unknown_blast";

/** Links a report to its blast. The same again changes nothing; one with older figures never takes the place of a newer one. */
export async function recordReport(
  tx: Tx,
  report: { agencyId: string; blastId: string; url: string; figuresUntil: Date },
): Promise<RecordedReport> {
  const { agencyId, blastId, url, figuresUntil } = report;
  const { rows } = await sql<{ blast: boolean; written: boolean }>`
    WITH blast AS (SELECT id, agency_id FROM blasts WHERE id = ${blastId} AND agency_id = ${agencyId}),
    written AS (
      INSERT INTO blast_reports AS r (blast_id, agency_id, url, figures_until)
      SELECT id, agency_id, ${url}::text, ${figuresUntil}::timestamptz FROM blast
      ON CONFLICT (blast_id) DO UPDATE SET url = excluded.url, figures_until = excluded.figures_until, recorded_at = now()
      WHERE r.figures_until < excluded.figures_until OR (r.figures_until = excluded.figures_until AND r.url <> excluded.url)
      RETURNING 1
    )
    SELECT EXISTS (SELECT FROM blast) AS blast, EXISTS (SELECT FROM written) AS written`.execute(tx);
  if (rows[0]?.blast !== true) return "unknown_blast";
  return rows[0].written ? "recorded" : "known";
}

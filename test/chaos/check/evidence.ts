import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mails } from "./mails.ts";
import type { Reader } from "./database.ts";
import type { Problem } from "./problems.ts";

const DELIVERY = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d+)/;
const BLAST = /blast ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/;
/** Whole histories of so many; the rest is alike. */
const HISTORIES_MAX = 40;

const TABLES = ["deliveries", "activities", "claims", "wakeups", "doubts", "provider_events"] as const;

/** Keeps what is needed to find the cause of violations: they, and all rows about the first ones. */
export async function keepEvidence(
  directory: string,
  round: number,
  problems: readonly Problem[],
  mails: Mails,
  reader: Reader,
): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const examples = problems.flatMap(({ examples: some }) => some);
  const ids = [...new Set(examples.flatMap((text) => DELIVERY.exec(text)?.[0] ?? []))].slice(
    0,
    HISTORIES_MAX,
  );
  const histories: Record<string, unknown> = {};
  for (const id of ids) {
    const at = id.lastIndexOf(".");
    const history: Record<string, unknown> = { mails: mails.byDelivery.get(id) ?? [] };
    for (const table of TABLES) {
      const blast = table === "activities" ? "source_id" : "blast_id";
      const seq = table === "claims" ? "$2 = ANY(seqs)" : "seq = $2";
      history[table] = await reader.rows(`SELECT * FROM ${table} WHERE ${blast} = $1 AND ${seq}`, [
        id.slice(0, at),
        Number(id.slice(at + 1)),
      ]);
    }
    histories[id] = history;
  }
  const blastIds = [
    ...new Set([
      ...ids.map((id) => id.slice(0, id.lastIndexOf("."))),
      ...examples.flatMap((text) => BLAST.exec(text)?.[1] ?? []),
    ]),
  ];
  const blasts = await reader.rows(
    `SELECT * FROM blasts WHERE id = ANY($1::uuid[]) OR completed_at IS NULL`,
    [blastIds],
  );
  const ledger = await reader.rows(`SELECT * FROM ledger WHERE blast_id = ANY($1::uuid[]) ORDER BY id`, [
    blastIds,
  ]);
  const progress = await reader.rows(`SELECT * FROM blast_progress WHERE blast_id = ANY($1::uuid[])`, [
    blastIds,
  ]);
  const file = join(directory, `violations-${round}.json`);
  writeFileSync(file, `${JSON.stringify({ problems, blasts, progress, ledger, histories }, null, 1)}\n`);
  return file;
}

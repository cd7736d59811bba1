// What a test of the tables begins with: a database of its file's own, an agency in it, and a blast that has started.
import { afterAll, beforeAll } from "vitest";
import { freezePage } from "#core/adapters/postgres/blasts/freeze-page.ts";
import { startBlast } from "#core/adapters/postgres/blasts/start.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import type { LaneText } from "#core/adapters/postgres/schema.ts";
import { acceptBlastRows, createAgencyRows, createCustomerRows, type AgencyRows } from "./agency-rows.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

/** Filled before the file's first test; the database is dropped behind its last. */
export type OwnAgency = AgencyRows & { database: Database; url: string };

/** Called once, at the top of a test file. */
export function ownAgency(): Readonly<OwnAgency> {
  const own = {} as OwnAgency;
  let db: TestDatabase | undefined;
  beforeAll(async () => {
    db = await createTestDatabase();
    const { database, url } = db;
    Object.assign(own, { database, url }, await createAgencyRows(database));
  });
  afterAll(() => db?.drop());
  return own;
}

/** A blast whose deliveries are all pending, and paid. `customerOf` is by sequence, from 1. */
export type StartedBlast = { agencyId: string; blastId: string; customerOf: Map<number, string> };

/** Accepts, freezes and starts a blast to that many customers of its own. */
export async function startedBlast(
  own: OwnAgency,
  customers: number,
  lane: LaneText = "standard",
): Promise<StartedBlast> {
  const { database, agencyId } = own;
  const ids = await createCustomerRows(database, agencyId, customers);
  const blastId = await acceptBlastRows(database, own, { audience: { customers: { ids } }, lane });
  await database.withAgency(agencyId, async (tx) => {
    await freezePage(tx, agencyId, blastId);
    await startBlast(tx, agencyId, blastId);
  });
  return { agencyId, blastId, customerOf: new Map(ids.map((id, at) => [at + 1, id])) };
}

import { Kysely, PostgresDialect } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import pg from "pg";
import * as initial from "./migrations/0001-initial.ts";
import * as sessions from "./migrations/0002-sessions.ts";
import * as blastReports from "./migrations/0003-blast-reports.ts";
import * as exports from "./migrations/0004-exports.ts";
import * as growth from "./migrations/0005-growth.ts";
import * as agencyLimits from "./migrations/0006-agency-limits.ts";
import * as addressPrefix from "./migrations/0007-address-prefix.ts";
import * as webhooks from "./migrations/0008-webhooks.ts";
import * as facts from "./migrations/0009-facts.ts";
import * as roomForUpdates from "./migrations/0010-room-for-updates.ts";

/** In order; a migration that has run anywhere is never edited. */
const migrations: Record<string, Migration> = {
  "0001-initial": { up: initial.up },
  "0002-sessions": { up: sessions.up },
  "0003-blast-reports": { up: blastReports.up },
  "0004-exports": { up: exports.up },
  "0005-growth": { up: growth.up },
  "0006-agency-limits": { up: agencyLimits.up },
  "0007-address-prefix": { up: addressPrefix.up },
  "0008-webhooks": { up: webhooks.up },
  "0009-facts": { up: facts.up },
  "0010-room-for-updates": { up: roomForUpdates.up },
};

/**
 * Brings a database to the newest schema. Safe from many instances at once: Kysely holds a lock, and the whole run is one
 * transaction. Answers the names of those that ran. Throws with the failing migration's name.
 */
export async function migrateToLatest(databaseUrl: string): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, application_name: "fanfare-migrate" });
  pool.on("error", () => {});
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => migrations } });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) {
      const failed =
        results.find((result) => result.status === "Error")?.migrationName ?? "before the first migration";
      throw new Error(
        `The database could not be migrated (${failed}): ${error instanceof Error ? error.message : "unknown error"}`,
        {
          cause: error,
        },
      );
    }
    return results.map((result) => result.migrationName);
  } finally {
    await kysely.destroy();
  }
}

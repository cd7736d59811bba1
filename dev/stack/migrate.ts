// `make migrate`: brings the database of DATABASE_URL up to date. Safe to run from several machines at once.
import { migrateToLatest } from "#core/adapters/postgres/migrate.ts";

const { DATABASE_URL } = process.env;
if (!DATABASE_URL) {
  console.error(
    "make migrate needs DATABASE_URL, as in DATABASE_URL=postgres://user:password@host/fanfare make migrate",
  );
  process.exit(2);
}
await migrateToLatest(DATABASE_URL);

import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import pg from "pg";
import { opens, opensForOne, pipelinedPool } from "./pipelined-pool.ts";
import type { Schema } from "./schema.ts";

/** One open transaction. Only `Database` makes them, so every query runs under one of the two roles. */
export type Tx = Transaction<Schema>;

/**
 * What a transaction holds. "one statement" leaves with its beginning and its end in one round trip: what reads several, or looks at an answer
 * before it commits, is no such thing. A second statement throws.
 */
export type Scope = "any" | "one statement";

export interface Database {
  /** A transaction that sees and writes the rows of one agency, and no other. `agencyId` is a UUID. */
  withAgency: <T>(agencyId: string, work: (tx: Tx) => Promise<T>, scope?: Scope) => Promise<T>;
  /** A transaction over all agencies: relay, sweeper, sign-in, operators. */
  asSystem: <T>(work: (tx: Tx) => Promise<T>, scope?: Scope) => Promise<T>;
  /** Answers once PostgreSQL does; throws when it does not. */
  ping: () => Promise<void>;
  close: () => Promise<void>;
}

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name */
  url: string;
  /** Connections held at most. A service's workers × batches plus its timers must fit. */
  maxConnections?: number;
  /** Milliseconds to wait for a new connection, or for one of the pool's; then the call fails. */
  connectTimeoutMs?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Told of connections that break while idle; the pool replaces them by itself. */
  onIdleError?: (error: Error) => void;
}

// Long enough for a page of 10,000 frozen deliveries on a slow disk, short enough that a lost lock owner is noticed.
const statementTimeoutMs = 30_000;
const connectTimeoutMs = 5_000;
// A connection knows its statements' plans by heart; a burst must not begin with twenty that have to learn them.
const keepIdleMs = 300_000;
const int8TypeId = 20;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

type Role = "fanfare_agency" | "fanfare_system";

/** Opens a pool; connects on first use. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? "fanfare",
    connectionTimeoutMillis: options.connectTimeoutMs ?? connectTimeoutMs,
    idleTimeoutMillis: keepIdleMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser: typeParser as typeof pg.types.getTypeParser },
  });
  pool.on("error", (error) => options.onIdleError?.(error));
  // A connection that breaks while a transaction holds it fails that transaction's query and also emits `error`, which nobody else hears.
  pool.on("connect", (client) => client.on("error", () => {}));
  // Its own: whether PostgreSQL is there must be told apart from whether a connection of the pool is free.
  const prober = new pg.Pool({
    connectionString: options.url,
    max: 1,
    application_name: `${options.applicationName ?? "fanfare"}-ping`,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: connectTimeoutMs,
  });
  prober.on("error", () => {});
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pipelinedPool(pool) }) });

  // No round trip of its own opens the transaction and takes the role (pipelined-pool.ts); the statement takes no parameters, so the id is checked here.
  async function begin<T>(
    role: Role,
    agencyId: string,
    work: (tx: Tx) => Promise<T>,
    scope: Scope = "any",
  ): Promise<T> {
    if (agencyId !== "" && !uuid.test(agencyId)) throw new TypeError(`"${agencyId}" is no agency id.`);
    return kysely.connection().execute(async (connection) => {
      await sql
        .raw(
          `${scope === "any" ? opens : opensForOne} SET LOCAL ROLE ${role}; SET LOCAL fanfare.agency_id = '${agencyId}'`,
        )
        .execute(connection);
      try {
        const result = await work(connection as Tx);
        await sql`COMMIT`.execute(connection);
        return result;
      } catch (error) {
        // A connection that is gone rolls back by itself; the first error is the one that tells.
        await sql`ROLLBACK`.execute(connection).catch(() => undefined);
        throw error;
      }
    });
  }

  return {
    withAgency: (agencyId, work, scope) => begin("fanfare_agency", agencyId, work, scope),
    asSystem: (work, scope) => begin("fanfare_system", "", work, scope),
    async ping() {
      await prober.query("SELECT 1");
    },
    close: async () => {
      await Promise.all([kysely.destroy(), prober.end()]);
    },
  };
}

/** Counts and credits are far below 2^53, so bigint reads as a number. */
function typeParser(id: number, format?: "text" | "binary"): unknown {
  if (id === int8TypeId) return Number;
  return pg.types.getTypeParser(id, format as "text");
}

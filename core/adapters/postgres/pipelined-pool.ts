import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type pg from "pg";
import { DatabaseBusyError } from "./unavailable.ts";

/** How a transaction begins. It is sent together with the first statement behind it, which saves one of its round trips. */
export const opens = "BEGIN;";

// A statement that begins with its name is parsed and planned once a connection, and not at every call.
const named = /^\s*\/\* prepared ([a-z-]+) \*\//;

/**
 * The pool as Kysely sees it, over one whose connections are pipelined (`pipeline: true`). A transaction's opening is answered at once and
 * its result comes with that of the next statement. PostgreSQL works in order: if the opening fails, what follows fails in the aborted
 * transaction, and the opening's error is the one that is told.
 */
export function pipelinedPool(pool: pg.Pool): PostgresPool {
  return {
    connect: async () => pipelined(await take(pool)),
    end: () => pool.end(),
    options: pool.options,
  };
}

// A second's work of a pool; whoever comes behind them would only wait for the time-out, and hold memory meanwhile.
const maxWaiting = 500;
// What the pool says when it was full for the whole of its time-out; a server that does not answer is told in other words.
const wasFull = /^timeout exceeded when trying to connect/;

async function take(pool: pg.Pool): Promise<pg.PoolClient> {
  const busy = (why: string, cause?: unknown) =>
    new DatabaseBusyError(`All ${pool.options.max} connections to PostgreSQL are in use, and ${why}.`, {
      cause,
    });
  if (pool.waitingCount >= maxWaiting) throw busy(`${pool.waitingCount} calls wait for one`);
  try {
    return await pool.connect();
  } catch (error) {
    if (error instanceof Error && wasFull.test(error.message)) throw busy("none was free in time", error);
    throw error;
  }
}

/**
 * What is sent until this turn ends leaves in one write. Each costs more than the statement it carries: the system hands it over and wakes the
 * server.
 */
function holdUntilTurnEnds({ connection: { stream } }: pg.PoolClient): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function pipelined(client: pg.PoolClient): PostgresPoolClient {
  let opening: Promise<unknown> | undefined;
  const query = async (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (text.startsWith(opens)) {
      holdUntilTurnEnds(client);
      opening = client.query(text);
      opening.catch(() => undefined);
      return { command: "UPDATE", rowCount: 0, rows: [] };
    }
    const name = named.exec(text)?.[1];
    const sent = client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
    if (opening !== undefined) {
      const opened = opening;
      opening = undefined;
      await Promise.all([opened, sent]);
    }
    return (await sent) as unknown as PostgresQueryResult<unknown>;
  };
  return { query: query as PostgresPoolClient["query"], release: (destroy) => client.release(destroy) };
}

import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type pg from "pg";

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
    connect: async () => pipelined(await pool.connect()),
    end: () => pool.end(),
    options: pool.options,
  };
}

function pipelined(client: pg.PoolClient): PostgresPoolClient {
  let opening: Promise<unknown> | undefined;
  const query = async (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (text.startsWith(opens)) {
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

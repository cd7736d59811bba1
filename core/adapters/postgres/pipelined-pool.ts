import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type pg from "pg";
import { DatabaseBusyError } from "./unavailable.ts";

/** How a transaction begins. It is sent together with the first statement behind it, which saves one of its round trips. */
export const opens = "BEGIN;";
/** The same of a transaction whose first statement is its last. */
export const opensForOne = "BEGIN; /* for one */";

// A statement that begins with its name is parsed and planned once a connection, and not at every call. One that says it is the last of its
// transaction has the COMMIT sent right behind it. One "with the next" waits for that and leaves in the same write: its rows are there when the next
// one's are.
const named = /^\s*\/\* (?:prepared ([a-z-]+)(, then commit|, with the next)?|with the next) \*\//;

/**
 * The pool as Kysely sees it, over one whose connections are pipelined (`pipeline: true`). A transaction's opening is answered at once and
 * it leaves with the first statement, in one write, as does what says that it leaves with the next. PostgreSQL works in order, and each statement sees
 * what was committed before it began: if one fails, what follows fails in the aborted transaction, and the first error is the one that is told. So
 * does the COMMIT behind a last statement that fails: it rolls back.
 */
export function pipelinedPool(pool: pg.Pool): PostgresPool {
  // One for each connection and not for each transaction: Kysely keeps what it makes of one in a WeakMap, and all that a transaction touched would grow
  // old in it (ADR 19).
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    connect: async () => {
      const client = await take(pool);
      let own = known.get(client);
      if (own === undefined) known.set(client, (own = pipelined(client)));
      return own;
    },
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

const noResult: PostgresQueryResult<unknown> = { command: "UPDATE", rowCount: 0, rows: [] };

function pipelined(client: pg.PoolClient): PostgresPoolClient {
  const waiting: Waiting[] = [];
  let forOne = false;
  let ended = false;
  const query = async (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (text.startsWith(opens)) {
      // Whatever became of the one before on this connection.
      waiting.length = 0;
      ended = false;
      waiting.push({ statement: { text }, rows: [] });
      forOne = text.startsWith(opensForOne);
      return noResult;
    }
    if (ended) {
      ended = false;
      if (text === "COMMIT" || text === "ROLLBACK") return noResult;
      throw new Error(`A statement stands behind one that was to be the last of its transaction: ${text}`);
    }
    const [says = "", name, place] = named.exec(text) ?? [];
    const statement = { text, values: [...values], ...(name === undefined ? {} : { name }) };
    if (says.endsWith("with the next */")) {
      const before = waiting.at(-1)?.statement;
      const rows: unknown[] = [];
      // Settings are one message with the opening.
      if (before !== undefined && isPlain(before) && isPlain(statement)) before.text += `; ${text}`;
      else waiting.push({ statement, rows });
      return { ...noResult, rows };
    }
    const last = (forOne && text !== "COMMIT") || place !== undefined;
    forOne = false;
    const first = waiting.splice(0);
    const all: Statement[] = [...first.map((each) => each.statement), statement];
    if (last) all.push({ text: "COMMIT" });
    const sent = inOneWrite(client, () => all.map((each) => answerTo(client, each)));
    ended = last;
    const answers = (await Promise.all(sent)) as PostgresQueryResult<unknown>[];
    for (const [at, { rows }] of first.entries()) rows.push(...(answers[at]!.rows ?? []));
    return answers[first.length]!;
  };
  return { query: query as PostgresPoolClient["query"], release: (destroy) => client.release(destroy) };
}

type Statement = { text: string; values?: unknown[]; name?: string };

/** Leaves with the next statement. `rows` have been handed out already, and are filled when they come. */
type Waiting = { statement: Statement; rows: unknown[] };

const isPlain = ({ values = [], name }: Statement) => name === undefined && values.length === 0;

/**
 * A statement's answer. With a callback: the promise that `pg` would make keeps statement, values and rows until V8 clears up the old objects (ADR 19).
 */
function answerTo(client: pg.PoolClient, statement: Statement): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    client.query(statement, (error: Error | null, result: pg.QueryResult) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
  });
}

/**
 * What is sent together leaves in one write. Each costs more than the statement it carries: the system hands it over and wakes the server.
 */
function inOneWrite<T>({ connection: { stream } }: pg.PoolClient, send: () => T): T {
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

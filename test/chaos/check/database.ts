import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";

/** Reads the database past all proxies. One connection; it comes back when PostgreSQL does. */
export type Reader = {
  rows: <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
};

/** PostgreSQL is back within this many tries, or the run ends. */
const TRIES_MAX = 40;
const PAUSE_MS = 500;

export function openReader(url: string): Reader {
  let client: pg.Client | undefined;
  const drop = async () => {
    const old = client;
    client = undefined;
    await old?.end().catch(() => undefined);
  };
  const connected = async (): Promise<pg.Client> => {
    if (client !== undefined) return client;
    const fresh = new pg.Client({ connectionString: url, application_name: "chaos-check" });
    fresh.on("error", () => void drop());
    await fresh.connect();
    client = fresh;
    return fresh;
  };
  return {
    rows: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      for (let tries = 1; ; tries++) {
        try {
          return (await (await connected()).query<Row>(text, [...values])).rows;
        } catch (error) {
          // An error with a position is in our SQL; everything else passes.
          if (tries === TRIES_MAX || (error instanceof pg.DatabaseError && error.position !== undefined))
            throw error;
          await drop();
          await wait(PAUSE_MS);
        }
      }
    },
    close: drop,
  };
}

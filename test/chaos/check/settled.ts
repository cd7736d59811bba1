import { setTimeout as wait } from "node:timers/promises";
import type { World } from "../world.ts";
import { counts } from "../sandbox-client.ts";
import type { Reader } from "./database.ts";

/** What is still under way; all zero means that nothing is. */
export type Waiting = Record<string, number>;

const POLL_INTERVAL_MS = 500;
/** Zero must last: between two tables a row may be in neither. */
const CALM_POLLS = 3;

const SQL = `
SELECT (SELECT count(*) FROM blasts WHERE completed_at IS NULL)::int AS blasts,
  (SELECT count(*) FROM schedules WHERE next_at < now() AND cancelled_at IS NULL)::int AS schedules,
  (SELECT count(*) FROM outbox)::int AS outbox,
  (SELECT count(*) FROM claims)::int AS claims,
  (SELECT count(*) FROM wakeups)::int AS wakeups,
  (SELECT count(*) FROM doubts)::int AS doubts,
  (SELECT count(*) FROM provider_events WHERE applied_at IS NULL)::int AS events_to_apply`;

/** Waits until nothing is under way any more. Answers what still is when the time is over; empty when all is done. */
export async function untilSettled(
  world: World,
  reader: Reader,
  timeoutMs: number,
  onWait: (waiting: Waiting) => void,
): Promise<Waiting> {
  const giveUpAtMs = Date.now() + timeoutMs;
  for (let calm = 0; ;) {
    const waiting = await look(world, reader);
    calm = Object.keys(waiting).length === 0 ? calm + 1 : 0;
    if (calm >= CALM_POLLS) return {};
    if (Date.now() > giveUpAtMs) return waiting;
    onWait(waiting);
    await wait(POLL_INTERVAL_MS);
  }
}

async function look(world: World, reader: Reader): Promise<Waiting> {
  const [row = {}] = await reader.rows<Waiting>(SQL);
  const sandbox = await counts(world.sandboxUrl);
  const all: Waiting = {
    ...row,
    webhooks: sandbox?.webhooks.waiting ?? 1,
    undelivered: sandbox?.undelivered ?? 1,
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

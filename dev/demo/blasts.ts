import { setTimeout as wait } from "node:timers/promises";
import type { Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import type { Api } from "../../services/cli/connect/api.ts";
import { followBlast } from "../../services/cli/follow-blast.ts";
import type { Prepared } from "./prepare.ts";
import { localTime } from "./local-time.ts";
import { STORM_MESSAGE } from "./storm-template.ts";

/** Far enough for the rest of the story to be under way, near enough to wait for. */
const AHEAD_MS = 4_000;
const FIRED_POLL_MS = 200;
/** A schedule is late when it has not fired so long after its time. */
const FIRED_TIMEOUT_MS = 30_000;

export function content({ templateId }: Prepared) {
  return { templateId, customMessage: STORM_MESSAGE };
}

/** The same storm warning to everyone on the list. */
export async function sendToEveryone(from: Prepared, key: string): Promise<string> {
  const { blastId } = await from.agency.api.blasts.sendBlast({
    idempotencyKey: key,
    name: "Storm warning",
    content: content(from),
    audience: { of: { case: "listId", value: from.listId } },
  });
  return blastId;
}

/** One mail to one customer. */
export async function sendDirectly(from: Prepared): Promise<string> {
  const { customers } = await from.agency.api.customers.listCustomers({ search: from.sample.somebody.email });
  const customer = customers[0];
  if (customer === undefined) throw new Error(`nobody is called ${from.sample.somebody.email}`);
  const { blastId } = await from.agency.api.blasts.sendToCustomer({
    idempotencyKey: "demo-direct",
    customerId: customer.id,
    content: content(from),
  });
  return blastId;
}

/** A blast a few seconds ahead, by the clocks of the agency. */
export async function scheduleSoon(
  from: Prepared,
  listName: string,
): Promise<{ scheduleId: string; localStart: string; audience: number }> {
  const { api, timeZone } = from.agency;
  const { lists } = await api.customers.listCustomerLists({});
  const list = lists.find(({ name }) => name === listName);
  if (list === undefined) throw new Error(`the import made no list ${listName}`);
  const localStart = localTime(Date.now() + AHEAD_MS, timeZone);
  const { schedule } = await api.schedules.createSchedule({
    idempotencyKey: "demo-schedule",
    name: "Waterfront reminder",
    content: content(from),
    audience: { of: { case: "listId", value: list.id } },
    localStart,
  });
  if (schedule === undefined) throw new Error("CreateSchedule answered without its schedule");
  return { scheduleId: schedule.id, localStart, audience: list.size };
}

/** The blast that a schedule caused, as soon as it has. */
export async function firedBlast(api: Api, scheduleId: string, signal: AbortSignal): Promise<string> {
  const giveUpAtMs = Date.now() + AHEAD_MS + FIRED_TIMEOUT_MS;
  while (Date.now() < giveUpAtMs) {
    const { blasts } = await api.blasts.listBlasts({}, { signal });
    const fired = blasts.find((blast) => blast.scheduleId === scheduleId);
    if (fired !== undefined) return fired.id;
    await wait(FIRED_POLL_MS, undefined, { signal });
  }
  throw new Error(`schedule ${scheduleId} did not fire within ${FIRED_TIMEOUT_MS / 1_000} s after its time`);
}

/** Waits for the end of a blast. */
export function untilEnded(
  api: Api,
  blastId: string,
  signal: AbortSignal,
  update: (blast: Blast) => void = () => undefined,
): Promise<Blast> {
  return followBlast(api, blastId, { update }, signal);
}

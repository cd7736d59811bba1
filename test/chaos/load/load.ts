// The users of a run: they send, steer, schedule and opt out while everything breaks, and write down what they were answered.
import { setTimeout as wait } from "node:timers/promises";
import { localTime } from "#dev/demo/local-time.ts";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { Random } from "#test/support/random.ts";
import { BEYOND_CREDIT, KILLED_AROUND_DUE_TIME } from "../faults/load-faults.ts";
import type { Storm } from "../faults/storm.ts";
import { LARGEST_BLAST, SMALLEST_BLAST, type ChaosSettings } from "../settings.ts";
import type { World } from "../world.ts";
import { optOutKey, type Book, type BookedAgency, type BookedBlast, type BookedCustomer } from "./book.ts";
import { createCaller, type Caller } from "./caller.ts";
import { topUp } from "./people.ts";

/** Mails of blasts that have not ended: beyond this the load waits, so that a round can settle. */
const BACKLOG_MAX = 15_000;
const TICK_MS = 100;
const DIRECT_EVERY_MS = 400;
const STEER_EVERY_MS = 7_000;
const SCHEDULE_EVERY_MS = 15_000;
const SCHEDULE_AHEAD_MS = 4_000;
/** Parallel blasts of the poor agency, of which its credits cover only some. */
const CREDIT_BLASTS = 5;
const CREDIT_BLAST_SIZE = 300;
const CREDITS_A_ROUND = 700;
/** Of so many last blasts the largest one's customers opt out. */
const RECENT_BLASTS = 6;
const LANES = [Lane.URGENT, Lane.STANDARD, Lane.STANDARD, Lane.BULK] as const;
const CALL = { timeoutMs: 15_000 };
/** An opt-out waits up to 25 s for mails that are on their way. */
const OPT_OUT_CALL = { timeoutMs: 40_000 };

export type LoadParts = {
  world: World;
  book: Book;
  storm: Storm;
  random: Random;
  settings: ChaosSettings;
  /** Mails of blasts that have not ended. */
  backlog: () => number;
  /** Its credits cover only part of what it sends. */
  poor: BookedAgency;
};

/** Loads until the time is over, then waits until every call was answered. */
export async function load(parts: LoadParts, round: number, untilMs: number): Promise<void> {
  const { book, world } = parts;
  const callers = new Map<string, Caller>();
  for (const agency of [...book.agencies, parts.poor])
    callers.set(agency.id, createCaller(world.apiUrls, agency.apiKey));
  const users = createUsers(parts, callers, round, untilMs);
  try {
    await Promise.all([
      users.blasts(),
      users.directSends(),
      users.steering(),
      users.schedules(),
      users.optOuts(),
      users.beyondCredit(),
    ]);
  } finally {
    for (const { close } of callers.values()) close();
  }
}

function createUsers(parts: LoadParts, callers: Map<string, Caller>, round: number, untilMs: number) {
  const { world, book, storm, random, settings, poor } = parts;
  const callerOf = (agency: BookedAgency) => callers.get(agency.id) as Caller;
  const open = new Set<Promise<unknown>>();
  const startedAtMs = Date.now();
  const askedBefore = book.asked;
  let number = 0;

  /** Keeps what was begun, so that the round ends with every answer. A failure ends the run. */
  function begin(work: Promise<unknown>): void {
    open.add(work);
    work.then(
      () => open.delete(work),
      () => undefined,
    );
  }
  const settled = () => Promise.all(open);

  function bookBlast(
    agency: BookedAgency,
    what: BookedBlast["what"],
    from: number,
    size: number,
  ): BookedBlast {
    const key = `chaos-${settings.seed}-${round}-${what}-${number++}`;
    const blast: BookedBlast = { round, agency, key, what, ids: new Set(), from, size, cancelled: false };
    book.blasts.push(blast);
    book.asked += size;
    return blast;
  }

  async function send(blast: BookedBlast): Promise<void> {
    const { agency, key, from, size } = blast;
    const whole = size === agency.customers.length && from === 0;
    const ids = Array.from(
      { length: size },
      (_, n) => agency.customers[(from + n) % agency.customers.length]?.id ?? "",
    );
    const request = {
      idempotencyKey: key,
      name: key,
      content: { templateId: agency.templateId, customMessage: "A storm is near." },
      audience: whole
        ? { of: { case: "listId" as const, value: agency.listId } }
        : { of: { case: "customers" as const, value: { ids } } },
      lane: random.pick(LANES),
    };
    const once = async () => {
      const { blastId } = await callerOf(agency).call((api) => api.blasts.sendBlast(request, CALL));
      blast.ids.add(blastId);
    };
    // A nervous user clicks twice; two instances may get it at once.
    await Promise.all(random.chance(0.2) ? [once(), once()] : [once()]);
  }

  /** Mostly somebody whose mail is on its way just now: that is when it is hard. */
  function whoOptsOut(): { agency: BookedAgency; customer: BookedCustomer } {
    const recent = book.blasts.slice(-RECENT_BLASTS).filter(({ agency }) => agency !== poor);
    if (recent.length === 0 || random.chance(0.2)) {
      const agency = random.pick(book.agencies);
      return { agency, customer: random.pick(agency.customers) };
    }
    // By size, because most of those are on their way that are in large ones.
    const blast = recent.reduce((largest, each) => (each.size > largest.size ? each : largest));
    const at = (blast.from + random.below(blast.size)) % blast.agency.customers.length;
    return { agency: blast.agency, customer: blast.agency.customers[at] as BookedCustomer };
  }

  return {
    async blasts() {
      while (Date.now() < untilMs) {
        const dueByNow = ((Date.now() - startedAtMs) / 1_000) * settings.targetPerSecond;
        const room = parts.backlog() < BACKLOG_MAX;
        if (room && book.asked - askedBefore < dueByNow) {
          const agency = random.pick(book.agencies);
          const largest = Math.min(LARGEST_BLAST, agency.customers.length);
          const whole = random.chance(0.1);
          const spread = Math.log(largest / SMALLEST_BLAST) * (random.below(1_000) / 1_000);
          const size = whole ? agency.customers.length : Math.round(SMALLEST_BLAST * Math.exp(spread));
          const from = whole ? 0 : random.below(agency.customers.length);
          begin(send(bookBlast(agency, whole ? "list" : "customers", from, size)));
        }
        await wait(TICK_MS);
      }
      await settled();
    },

    async directSends() {
      while (Date.now() < untilMs) {
        const agency = random.pick(book.agencies);
        const from = random.below(agency.customers.length);
        const blast = bookBlast(agency, "direct", from, 1);
        const request = {
          idempotencyKey: blast.key,
          customerId: agency.customers[from]?.id ?? "",
          content: { templateId: agency.templateId },
          lane: Lane.URGENT,
        };
        begin(
          callerOf(agency)
            .call((api) => api.blasts.sendToCustomer(request, CALL))
            .then(({ blastId }) => blast.ids.add(blastId)),
        );
        await wait(DIRECT_EVERY_MS);
      }
    },

    /** Pauses and resumes some blasts, cancels a few. */
    async steering() {
      while (Date.now() < untilMs) {
        await wait(Math.min(STEER_EVERY_MS, Math.max(0, untilMs - Date.now())));
        const blast = book.blasts.findLast(
          (each) => each.round === round && each.size > 500 && each.ids.size > 0,
        );
        const [blastId] = blast?.ids ?? [];
        if (blast === undefined || blastId === undefined || blast.cancelled) continue;
        const caller = callerOf(blast.agency);
        if (random.chance(0.3)) {
          blast.cancelled = true;
          // One that has ended by now cannot be cancelled, and says so.
          await caller.call((api) => api.blasts.cancelBlast({ blastId }, CALL)).catch(refusalOnly);
          continue;
        }
        await caller.call((api) => api.blasts.pauseBlast({ blastId }, CALL)).catch(refusalOnly);
        await wait(1_000);
        await caller.call((api) => api.blasts.resumeBlast({ blastId }, CALL)).catch(refusalOnly);
      }
    },

    /** Makes schedules that are due in seconds, and kills the schedulers around that time. */
    async schedules() {
      while (Date.now() + SCHEDULE_AHEAD_MS < untilMs) {
        const agency = random.pick(book.agencies);
        const dueAtMs = Math.ceil((Date.now() + SCHEDULE_AHEAD_MS) / 1_000) * 1_000;
        const blast = bookBlast(agency, "schedule", random.below(agency.customers.length), 120);
        const ids = Array.from(
          { length: blast.size },
          (_, n) => agency.customers[(blast.from + n) % agency.customers.length]?.id ?? "",
        );
        const created = await callerOf(agency)
          .call((api) =>
            api.schedules.createSchedule(
              {
                idempotencyKey: blast.key,
                name: blast.key,
                content: { templateId: agency.templateId },
                audience: { of: { case: "customers", value: { ids } } },
                localStart: localTime(dueAtMs, "America/Chicago"),
                timeZone: "America/Chicago",
              },
              CALL,
            ),
          )
          // The API was away until the time was over: then there is no schedule.
          .catch(refusalOnly);
        const scheduleId = created?.schedule?.id;
        if (scheduleId === undefined) {
          book.blasts.splice(book.blasts.indexOf(blast), 1);
          book.asked -= blast.size;
        } else {
          blast.scheduleId = scheduleId;
          book.schedules.push({ id: scheduleId, dueAtMs, round });
          await wait(Math.max(0, dueAtMs - Date.now() + random.below(500) - 250));
          const schedulers = world.services.filter(({ service }) => service === "scheduler");
          storm.note(KILLED_AROUND_DUE_TIME.kind, schedulers.map(({ name }) => name).join(", "));
          await Promise.all(schedulers.map((each) => each.kill(random.below(1_500))));
        }
        await wait(Math.min(SCHEDULE_EVERY_MS, Math.max(0, untilMs - Date.now())));
      }
    },

    async optOuts() {
      const inRound = Math.ceil((settings.optOuts * settings.roundMs) / (settings.minutes * 60_000));
      const everyMs = settings.roundMs / (inRound + 1);
      for (let done = 0; done < inRound && Date.now() < untilMs; done++) {
        await wait(everyMs);
        const { agency, customer } = whoOptsOut();
        const key = optOutKey(agency.id, customer.email);
        if (book.optOuts.has(key)) continue;
        const optOut = { agencyId: agency.id, email: customer.email, onTheirWay: new Set<string>() };
        book.optOuts.set(key, optOut);
        begin(
          callerOf(agency)
            .call((api) => api.customers.optOut({ customerId: customer.id, source: "chaos" }, OPT_OUT_CALL))
            .then(({ onTheirWay }) =>
              Object.assign(optOut, { acknowledgedAtMs: Date.now(), onTheirWay: new Set(onTheirWay) }),
            ),
        );
      }
    },

    /** Blasts in parallel that together cost more than the agency has. */
    async beyondCredit() {
      await topUp(world, poor.id, CREDITS_A_ROUND, `chaos-credits-poor-${round}`);
      poor.credits += CREDITS_A_ROUND;
      await wait(random.below(Math.max(1, Math.floor(settings.roundMs / 2))));
      storm.note(
        BEYOND_CREDIT.kind,
        `${CREDIT_BLASTS} of ${CREDIT_BLAST_SIZE}, with ${CREDITS_A_ROUND} credits`,
      );
      for (let each = 0; each < CREDIT_BLASTS; each++)
        begin(send(bookBlast(poor, "credit", random.below(poor.customers.length), CREDIT_BLAST_SIZE)));
      await settled();
    },
  };
}

/** A refusal is an answer; everything else is a failure of the run. */
function refusalOnly(error: unknown): undefined {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "number") throw error;
  return undefined;
}

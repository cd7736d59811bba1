// One history from its seed: a world is drawn, lives through its faults, comes to rest, and is checked.
import { createChance, type Chance } from "./engine/chance.ts";
import { createEventLoop } from "./engine/event-loop.ts";
import { createTrace } from "./engine/trace.ts";
import { enterHistory } from "./engine/virtual-time.ts";
import { checkHistory } from "./check/check-history.ts";
import { receiveEvents } from "./memory/events.ts";
import { sound } from "./memory/switches.ts";
import { createMemoryDatabase } from "./memory/tables.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import { createBroker } from "./world/broker.ts";
import { endChaos, hourOutage, planChaos } from "./world/chaos.ts";
import { createClients } from "./world/clients.ts";
import { aimFaults, drawAim, providerOutageMs, type Aim } from "./world/aims.ts";
import { drawFaults } from "./world/faults.ts";
import { startProcess } from "./world/life.ts";
import { createLocking } from "./world/locking.ts";
import { planLife, settlePeople } from "./world/people.ts";
import { createPromised } from "./world/promised.ts";
import { createProvider } from "./world/provider.ts";
import { startServices } from "./world/services.ts";
import { createTimers } from "./world/timers.ts";
import type { Settings, World } from "./world/world.ts";

export type HistoryResult = {
  seed: number;
  hash: number;
  violations: string[];
  faults: number;
  /** Kinds of faults that struck. */
  kinds: number;
  /** 1 when the provider was away for an hour. */
  outages: number;
  crashes: number;
  accepted: number;
  events: number;
  simulatedMs: number;
  lines: readonly string[];
};

const startMs = Date.UTC(2026, 10, 22, 6);
const minuteMs = 60_000;
// A history takes some hundreds of events; one that takes this many turns in circles.
const maxEvents = 60_000;
const maxViolations = 20;

export type HistoryOptions = {
  bug?: PlantedBug | undefined;
  /** Instead of the aim that it would draw. */
  aim?: Aim | undefined;
  /** Keeps a readable trace. */
  keepLines?: boolean;
  /** Keeps a hash of all that happened, to compare two runs of a seed. */
  keepHash?: boolean;
};

/** Runs the history of a seed. */
export async function runHistory(seed: number, o: HistoryOptions = {}): Promise<HistoryResult> {
  const world = createWorld(seed, o);
  const { loop, chance, faults, db, violations } = world;
  enterHistory(loop, chance);
  const timers = createTimers(() => world);
  db.poke = timers.poke;
  const api = startProcess(world, "api", () => undefined);
  const clients = createClients(world, api);
  world.provider.onWebhook = (event) => {
    if (world.databaseAway || world.fault(faults.databaseBefore, "webhook refused")) return false;
    receiveEvents(db, [event]);
    if (event.delivery !== undefined)
      world.promised.webhooks.add(`${event.delivery.blastId}.${event.delivery.seq}`);
    return true;
  };
  const spanMs = chance.spread(minuteMs / 2, 12 * minuteMs) + (faults.longOutage ? providerOutageMs : 0);
  const households = settlePeople(world);
  planLife(world, clients, households, spanMs);
  const processes = [api, ...startServices(world, timers)];
  planChaos(world, processes, spanMs);

  await loop.run({ untilMs: startMs + spanMs, maxEvents, isOver: () => false });
  endChaos(world, processes);
  clients.resumeAll();
  // Whatever faults left: leases, doubts up to their horizon, webhooks, and retries with their delays of minutes.
  const restMs =
    3 * world.settings.horizonMs + faults.webhookDelayMaxMs + faults.stopMaxMs + 2 * 60 * minuteMs;
  let turn = 0;
  const isOver = () => (turn++ & 7) === 0 && isAtRest(world, clients.open);
  const end = await loop.run({ untilMs: startMs + spanMs + restMs, maxEvents, isOver });
  if (end === "too_many_events" || !isAtRest(world, clients.open))
    violations.push(`not at rest (${end}): ${unrest(world, clients.open)}`);
  checkHistory(world);
  const { faults: faultCount, kinds, crashes, accepted } = world.stats;
  return {
    seed, hash: world.trace.hash, violations: violations.slice(0, maxViolations), faults: faultCount, kinds: kinds.size, outages: kinds.has(hourOutage) ? 1 : 0, crashes, accepted, events: loop.events,
    simulatedMs: loop.nowMs - startMs, lines: world.trace.lines,
  }; // prettier-ignore
}

function createWorld(seed: number, o: HistoryOptions): World {
  const chance = createChance(seed);
  const loop = createEventLoop(startMs);
  const trace = createTrace({ startMs, keepLines: o.keepLines === true, keepHash: o.keepHash === true });
  const settings = drawSettings(chance, o.aim);
  const faults = aimFaults(settings.aim, chance, drawFaults(chance, settings), settings);
  let ids = 0;
  const nowMs = () => loop.nowMs;
  const newId = () => `00000000-0000-7000-8000-${(++ids).toString(16).padStart(12, "0")}`;
  const switches = { ...sound };
  for (const name of o.bug?.off ?? []) switches[name] = false;
  const db = createMemoryDatabase({ nowMs, newId, pageRows: chance.pick([2, 5, 10_000]), switches });
  const violations: string[] = [];
  const world: World = {
    seed, startMs, chance, loop, trace, settings, faults, bug: o.bug, db, locking: createLocking(),
    broker: createBroker(() => world), provider: createProvider(() => world), promised: createPromised(),
    stats: { faults: 0, kinds: new Set(), crashes: 0, accepted: 0 }, violations, buried: new Set(), databaseAway: false,
    violate(what) {
      violations.push(what);
      trace.add(loop.nowMs, "VIOLATION", what);
    },
    fault(probability, kind) {
      if (!world.faults.on || !chance.hits(probability)) return false;
      world.stats.faults += 1;
      world.stats.kinds.add(kind);
      trace.add(loop.nowMs, "fault", kind);
      return true;
    },
  }; // prettier-ignore
  db.onClaim = (claim) => {
    const { agencyId, blastId, seq, attempt, leaseUntilMs } = claim;
    world.promised.intents.set(`${blastId}.${seq}/${attempt}`, {
      atMs: loop.nowMs,
      leaseUntilMs,
      agencyId,
      blastId,
      seq,
    });
  };
  const { answers } = world.promised;
  db.onEvidence = (blastId, seq) => {
    const id = `${blastId}.${seq}`;
    if (!answers.has(id)) answers.set(id, loop.nowMs);
  };
  return world;
}

function drawSettings(chance: Chance, wanted: Aim | undefined): Settings {
  const drawn = drawAim(chance);
  const aim = wanted ?? drawn;
  const horizonMs = (aim === "stalled_worker" ? 4 : chance.pick([45, 45, 10, 4])) * minuteMs;
  return {
    aim,
    leaseMs: minuteMs,
    callTimeoutMs: 20_000,
    horizonMs,
    stallMs: 10_000,
    firstLookMs: 5_000,
    blastWindow: chance.pick([1, 3, 4_000]),
    batchMax: chance.pick([1, 3, 500]),
    takeMax: chance.pick([1, 4, 100]),
    idleGapMs: Math.min(horizonMs / 4, chance.pick([minuteMs, 4 * minuteMs, 10 * minuteMs])),
    customerSenders: chance.between(1, 2),
    listSenders: chance.between(1, 2),
    schedulers: chance.between(1, 2),
  };
}

function isAtRest({ db, broker, provider }: World, open: number): boolean {
  if (open > 0 || broker.waiting > 0 || provider.webhooksDue > 0) return false;
  if (db.claims.size + db.doubts.size + db.wakeups.size + db.outbox.size > 0) return false;
  for (const blast of db.blasts.values()) if (blast.completedAtMs === null) return false;
  for (const event of db.events.values()) if (event.appliedAtMs === null) return false;
  for (const { nextAtMs } of db.schedules.values())
    if (nextAtMs !== null && nextAtMs - startMs < 24 * 60 * minuteMs) return false;
  return true;
}

function unrest({ db, broker, provider }: World, open: number): string {
  const blasts = [...db.blasts.values()].filter(({ completedAtMs }) => completedAtMs === null).length;
  return (
    `${blasts} blasts, ${db.claims.size} claims, ${db.doubts.size} doubts, ${db.wakeups.size} wake-ups, ${db.outbox.size} in the outbox, ` +
    `${broker.waiting} messages, ${provider.webhooksDue} webhooks, ${open} requests`
  );
}

// Who there is in a history, and what they will do when.
import { nextOccurrence } from "#core/domain/schedule/schedule.ts";
import type { Chance } from "../engine/chance.ts";
import { insertSchedule } from "../memory/events.ts";
import { topUp } from "../memory/steer.ts";
import type { Agency, Customer } from "../memory/tables.ts";
import { templateOf, type Clients } from "./clients.ts";
import type { World } from "./world.ts";

type Household = { agency: Agency; customers: Customer[]; userId: string };

/** Agencies with customers: some share an address, some are suppressed, inactive, or have an address that is no good. */
export function settlePeople(world: World): Household[] {
  const { chance } = world;
  const count = chance.hits(0.7) ? 1 : chance.between(2, 3);
  return Array.from({ length: count }, (_, index) => settleAgency(world, index));
}

function settleAgency({ db, chance, faults, settings }: World, index: number): Household {
  const resendOften = settings.aim === "stalled_worker";
  const id = `00000000-0000-7a00-8000-${String(index + 1).padStart(12, "0")}`;
  const agency: Agency = {
    id, domain: `a${index + 1}.example.com`, doubtPolicy: chance.hits(resendOften ? 0.2 : 0.8) ? "hold" : "resend",
    undoMs: chance.hits(0.15) ? chance.spread(1_000, 60_000) : 0,
    unknownAddressPolicy: chance.pick(["send", "skip"]), verifyAddresses: chance.hits(0.3), standing: "good", paused: false, balance: 0,
  }; // prettier-ignore
  db.agencies.set(id, agency);
  db.templates.set(templateOf(agency), id);
  topUp(db, id, chance.hits(0.8) ? 1_000 : chance.between(0, 15));
  const userId = db.newId();
  db.users.set(userId, { agencyId: id, active: true });
  const customers = Array.from({ length: chance.between(1, 12) }, (_, n) => {
    const kind = chance.hits(0.15)
      ? chance.pick(["gone-", "odd-", "mute-"])
      : chance.hits(faults.badAddress)
        ? "bad-"
        : "";
    const sharesWith = n > 0 && chance.hits(0.1) ? chance.between(0, n - 1) : undefined;
    const email =
      sharesWith === undefined ? `${kind}c${n}@example.org` : emailOf(db.customers.values(), id, sharesWith);
    const customer: Customer = {
      id: db.newId(),
      agencyId: id,
      addressKey: email,
      email,
      firstName: "Ada",
      status: chance.hits(0.04) ? "inactive" : "active",
    };
    db.customers.set(customer.id, customer);
    if (chance.hits(0.04))
      db.suppressions.set(
        `${id}:${email}`,
        new Set([chance.pick(["opted_out", "bounced", "complained", "invalid"] as const)]),
      );
    return customer;
  });
  return { agency, customers, userId };
}

function emailOf(customers: Iterable<Customer>, agencyId: string, index: number): string {
  return [...customers].filter((c) => c.agencyId === agencyId)[index]!.email;
}

// Orders come early, so that faults have time for them.
const latestOrderMs = 60_000;

/** Puts what everybody will do on the calendar, within `spanMs`. */
export function planLife(world: World, clients: Clients, households: Household[], spanMs: number): void {
  const { chance, loop } = world;
  // Decisions matter most while mail leaves: many come right after an order.
  const ordersMs: number[] = [];
  const order = (work: () => void) => {
    const atMs = chance.between(0, Math.min(spanMs / 3, latestOrderMs));
    ordersMs.push(atMs);
    loop.after(atMs, work);
  };
  const at = (work: () => void) => {
    const closeMs =
      ordersMs.length > 0 && chance.hits(0.6) ? chance.pick(ordersMs) + chance.spread(20, 20_000) : spanMs;
    loop.after(closeMs < spanMs ? closeMs : chance.between(0, spanMs), work);
  };
  const some = (from: readonly Customer[]) => {
    const chosen = from.filter(() => chance.hits(0.8));
    return chosen.length > 0 ? chosen : from.slice(0, 1);
  };
  const blasts = chance.hits(0.6) ? 1 : chance.between(2, 4);
  for (let i = 0; i < blasts; i++) {
    const { agency, customers, userId } = chance.pick(households);
    const audience = some(customers);
    const way = chance.next();
    if (way < 0.75) order(() => clients.sendBlast(agency, audience, userId));
    else if (way < 0.9) order(() => clients.sendByMessage(agency, audience, false));
    else planSchedule(world, { agency, customers: audience, userId }, spanMs);
  }
  const each = (most: number, work: (household: Household, customer: Customer) => void) => {
    for (let n = countOf(chance, most); n > 0; n--) {
      const household = chance.pick(households);
      at(() => work(household, chance.pick(household.customers)));
    }
  };
  each(2, ({ agency }, customer) =>
    chance.hits(0.5) ? clients.sendDirect(agency, customer) : clients.sendByMessage(agency, [customer], true),
  );
  each(3, ({ agency }, customer) => clients.optOut(agency, customer));
  each(2, ({ agency }) => clients.steer(agency));
  each(1, ({ agency }) => clients.topUp(agency));
}

function countOf(chance: Chance, most: number): number {
  return chance.hits(0.5) ? 0 : chance.between(1, most);
}

function planSchedule(
  { db, chance, loop }: World,
  { agency, customers, userId }: Household,
  spanMs: number,
): void {
  const startMs = loop.nowMs + chance.between(1_000, spanMs);
  const localStart = new Date(startMs).toISOString().slice(0, 19);
  const rrule = chance.hits(0.1) ? "FREQ=DAILY;COUNT=2" : "";
  const first =
    rrule === "" ? undefined : nextOccurrence({ localStart, timeZone: "UTC", rrule }, startMs - 1_000);
  insertSchedule(db, {
    id: db.newId(), agencyId: agency.id, userId, templateId: templateOf(agency), audience: { customers: { ids: customers.map(({ id }) => id) } },
    lane: "standard", localStart, rrule, missedPolicy: chance.pick(["fire_late", "skip"]), nextAtMs: first?.atMs ?? Date.parse(`${localStart}Z`),
    nextOccurrence: first?.occurrenceKey ?? `${localStart}[UTC]`, fired: 0, lockedUntilMs: 0,
  }); // prettier-ignore
}

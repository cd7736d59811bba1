// Random calls of the ports, the same on both sides.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { cancelBlast, pauseBlast } from "#core/adapters/postgres/blasts/steer.ts";
import { rewindBlasts } from "#core/adapters/postgres/blasts/rewind.ts";
import type { ClaimableDelivery } from "#core/adapters/postgres/deliveries/claim.ts";
import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import { receiveEvents, type ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";
import { stillSending } from "#core/adapters/postgres/suppressions/still-sending.ts";
import type { Chance } from "../engine/chance.ts";
import { insertSchedule, receiveEvents as receiveInMemory } from "../memory/events.ts";
import * as steer from "../memory/steer.ts";
import { topUp } from "#core/adapters/postgres/credits-admin/top-up.ts";
import type { Pair } from "./pair.ts";
import { both } from "./same.ts";

export type Step = { name: string; realText: string; modelText: string };
type Answers = Awaited<ReturnType<typeof both>>;
type Operation = (pair: Pair, chance: Chance) => Promise<Answers>;

const message = { subject: "fanfare.event.blast.started.test", headers: {}, body: new Uint8Array() };
const limit = 1_000;
// Times lie five seconds off each other's tens, so that what passes on the wall meanwhile decides nothing.
const delaysMs = [5_000, 25_000, 65_000];

/** The same blast on both sides, or one that does not exist. */
function pickBlast({ known }: Pair, chance: Chance) {
  const none = { real: randomUUID(), model: "" };
  return known.length === 0 || chance.hits(0.03) ? { ...none, model: none.real } : chance.pick(known);
}

function someSeqs(chance: Chance): number[] {
  return [1, 2, 3, 4, 5, 6, 7, 8, 9].filter(() => chance.hits(0.5));
}

async function remember(
  pair: Pair,
  ordered: { real: { blastId: string } | undefined; model: { blastId: string } | undefined },
): Promise<void> {
  const { real, model } = ordered;
  if (real === undefined || model === undefined) return;
  if (!pair.known.some((ids) => ids.real === real.blastId))
    pair.known.push({ real: real.blastId, model: model.blastId });
}

const order: Operation = async (pair, chance) => {
  const { agencyId, userId, templateId } = pair.agency;
  const ids = pair.customers.filter(() => chance.hits(0.7)).map(({ id }) => id);
  const audience = chance.pick([
    { listId: pair.listId },
    { customers: { ids } },
    { customers: { ids } },
    { customers: { ids: [randomUUID()] } },
  ]);
  const key = `key-${chance.between(1, 6)}`;
  const blast = {
    agencyId, userId, name: "Test", lane: chance.pick(["urgent", "bulk"] as const), templateId: chance.hits(0.05) ? randomUUID() : templateId,
    templateVersion: 0, customMessage: "", audience, doubtPolicy: chance.pick([undefined, "hold", "resend"] as const),
  }; // prettier-ignore
  const ordered = await both(pair, (side) => side.blasts.orderBlast(key, blast));
  await remember(pair, ordered);
  const text = (side: typeof ordered.real, otherwise: string) =>
    side === undefined ? otherwise : `replayed ${side.replayed}`;
  return {
    ...ordered,
    realText: text(ordered.real, ordered.realText),
    modelText: text(ordered.model, ordered.modelText),
  };
};

const direct: Operation = async (pair, chance) => {
  const { agencyId, templateId } = pair.agency;
  const send = {
    agencyId,
    userId: undefined,
    customerId: chance.pick(pair.customers).id,
    lane: "urgent" as const,
    templateId,
    templateVersion: 0,
    customMessage: "",
  };
  const key = `direct-${chance.between(1, 8)}`;
  const ordered = await both(pair, (side) => side.deliveries.orderDirectSend(key, send));
  await remember(pair, ordered);
  return {
    ...ordered,
    realText: String(ordered.real?.replayed ?? ordered.realText),
    modelText: String(ordered.model?.replayed ?? ordered.modelText),
  };
};

const start: Operation = async (pair, chance) => {
  const blast = pickBlast(pair, chance);
  const { agencyId } = pair.agency;
  return both(pair, async (side, name) => [
    await side.blasts.freezePage(agencyId, blast[name]),
    await side.blasts.startBlast(agencyId, blast[name], () => message),
    await side.deliveries.loadBlast(agencyId, blast[name]),
  ]);
};

const feed: Operation = (pair, chance) => {
  const size = chance.between(1, 5);
  const back = chance.hits(0.7);
  const stale = chance.hits(0.15);
  return both(pair, async (side) => {
    const taken = await side.blasts.takeBlastsToFeed(limit);
    const portions = [];
    for (const fed of taken) {
      const portion = await side.blasts.nextPortion(fed, size);
      const last = portion.at(-1);
      if (last === undefined) continue;
      const from = stale ? { ...fed, released_seq: fed.released_seq + 1 } : fed;
      portions.push([
        fed.id,
        portion,
        await side.blasts.markReleased(from, { lastSeq: last.seq, count: portion.length }),
      ]);
    }
    if (back) await side.blasts.giveBack(taken.map(({ id }) => id)); // prettier-ignore
    return { taken, portions };
  });
};

const claim: Operation = (pair, chance) => {
  const blast = pickBlast(pair, chance);
  const { agencyId } = pair.agency;
  const seqs = someSeqs(chance);
  const [park, skip] = [chance.between(0, 9), chance.between(0, 9)];
  const id = randomUUID();
  const careless = chance.hits(0.3);
  const feedAfterMs = chance.hits(0.1) ? 25_000 : undefined;
  const plan = (_blast: unknown, deliveries: ClaimableDelivery[]) => {
    const waiting = deliveries.filter(
      ({ state, suppressions }) => (state === "pending" || state === "retry") && suppressions.length === 0,
    );
    const set = waiting.flatMap(({ seq, attempt, state: from }): Transition[] => {
      if (seq === park)
        return [{ seq, attempt, from, to: "retry", reason: "provider_busy", delayMs: 25_000 }];
      return seq === skip ? [{ seq, attempt, from, to: "skipped", reason: "inactive" }] : [];
    });
    // A careless plan names what is not waiting: the claim must not take it.
    const leaving = (careless ? deliveries : waiting)
      .map(({ seq }) => seq)
      .filter((seq) => seq !== park && seq !== skip);
    return { skip: set, claim: leaving, ...(feedAfterMs === undefined ? {} : { feedAfterMs }) };
  };
  return both(pair, (side, name) =>
    side.deliveries.claim(
      { id, agencyId, blastId: blast[name], worker: "test", leaseMs: 65_000 },
      seqs,
      plan,
    ),
  );
};

const moves = {
  pending: ["skipped"], sending: ["accepted", "rejected", "retry", "in_doubt"], retry: ["accepted", "skipped"], in_doubt: ["accepted", "held", "retry"],
  held: ["accepted", "rejected"],
} as const; // prettier-ignore

function someTransitions(pair: Pair, chance: Chance, blastId: string): Transition[] {
  const rows = pair.memory.blasts.get(blastId)?.deliveries ?? [];
  return rows
    .filter(() => chance.hits(0.6))
    .map(({ seq, attempt }): Transition => {
      // Mostly what the row is; sometimes what it was, or never was.
      const state = rows[seq - 1]!.state;
      const from =
        chance.hits(0.3) || !(state in moves) ? ("sending" as const) : (state as keyof typeof moves);
      const token = chance.hits(0.15) ? attempt - 1 : attempt;
      return {
        seq,
        attempt: token,
        from,
        to: chance.hits(0.4) ? chance.pick(moves[from].slice(0, 1)) : chance.pick(moves[from]),
        reason: chance.pick(["", "test"]),
        delayMs: chance.pick(delaysMs),
        providerMessageId: "m",
      };
    })
    .filter((t) => t.from !== "sending" || t.attempt > 0);
}

const record: Operation = (pair, chance) => {
  const blast = pickBlast(pair, chance);
  const { agencyId } = pair.agency;
  const transitions = someTransitions(pair, chance, blast.model);
  const claims = [...pair.memory.claims.values()].filter(({ blastId }) => blastId === blast.model);
  const claimId = claims.length > 0 && chance.hits(0.6) ? { claimId: chance.pick(claims).id } : {};
  const byTimer = chance.hits(0.4);
  return both(pair, async (side, name) => {
    const scope = { agencyId, blastId: blast[name], lane: "bulk" as const, ...claimId };
    return byTimer ? side.timers.record(scope, transitions) : side.deliveries.record(scope, transitions);
  });
};

const expire: Operation = (pair) =>
  both(pair, (side) =>
    side.timers.expireClaims(20, ({ seqs, attempts }) =>
      seqs.map((seq, index) => ({
        seq,
        attempt: attempts[index]!,
        from: "sending",
        to: "in_doubt",
        reason: "lease_expired",
        delayMs: 5_000,
      })),
    ),
  );

const due: Operation = (pair) =>
  both(pair, async (side) => [
    await side.timers.dueWakeups(65_000, limit),
    await side.timers.dueDoubts(25_000, limit),
  ]);

const stalled: Operation = (pair, chance) => {
  const rewind = chance.hits(0.5);
  const { agencyId } = pair.agency;
  return both(pair, async (side) => {
    const blasts = await side.timers.stalledBlasts(15_000, limit);
    const lists = await side.timers.stalledLists(15_000, limit);
    const rewound = [];
    if (rewind) for (const { id } of blasts) rewound.push([id, await side.timers.rewindBlast(agencyId, id)]);
    return { blasts, lists, rewound };
  });
};

const finish: Operation = (pair) =>
  both(pair, async (side) => {
    const stopped = await side.blasts.stoppedBlasts(limit);
    for (const blast of stopped)
      for (let at: number | undefined = 0; at !== undefined;)
        at = await side.blasts.skipRemaining(blast, "cancelled", at);
    return [stopped, await side.blasts.completeBlasts(limit, () => message)];
  });

const steerIt: Operation = (pair, chance) => {
  const { agencyId } = pair.agency;
  const blast = pickBlast(pair, chance);
  const paused = chance.hits(0.4);
  const what = chance.pick(["cancel", "pause", "pause", "agency", "refuse"] as const);
  const memory = pair.memory;
  return both(pair, async (side, name) => {
    if (what === "refuse") return side.blasts.refuseBlast(agencyId, blast[name], "user_inactive");
    if (what === "agency") {
      if (name === "model") return void steer.pauseAgency(memory, agencyId, paused);
      return pair.database.withAgency(agencyId, async (tx) => {
        await tx.updateTable("agencies").set({ paused }).where("id", "=", agencyId).execute();
        if (!paused) await rewindBlasts(tx, { agencyId });
      });
    }
    if (name === "model")
      return what === "cancel"
        ? steer.cancelBlast(memory, agencyId, blast.model)
        : steer.pauseBlast(memory, agencyId, blast.model, paused);
    return pair.database.withAgency(agencyId, (tx) =>
      what === "cancel"
        ? cancelBlast(tx, agencyId, blast.real)
        : pauseBlast(tx, agencyId, blast.real, paused),
    );
  });
};

const suppressSome: Operation = (pair, chance) => {
  const { agencyId } = pair.agency;
  const { addressKey } = chance.pick(pair.customers);
  const reason = chance.pick(["opted_out", "bounced"] as const);
  return both(pair, async (side, name) => {
    await side.timers.suppress(agencyId, [{ addressKey, reason }], "test");
    if (name === "model") return steer.stillSending(pair.memory, agencyId, addressKey);
    const sending = await pair.database.withAgency(agencyId, (tx) => stillSending(tx, agencyId, addressKey));
    return sending.map(({ blastId, seq }) => `${blastId}.${seq}`);
  });
};

const webhooks: Operation = (pair, chance) => {
  const blast = pickBlast(pair, chance);
  const kinds = ["accepted", "delivered", "opened"] as const;
  const drawn = someSeqs(chance).map((seq) => {
    const attempt = Math.max(
      1,
      (pair.memory.blasts.get(blast.model)?.deliveries[seq - 1]?.attempt ?? 1) - (chance.hits(0.2) ? 1 : 0),
    );
    const kind = chance.pick(kinds);
    return { seq, attempt, kind, id: `${kind}-${pair.known.indexOf(blast)}-${seq}-${attempt}` };
  });
  const events = (blastId: string) =>
    drawn.map(({ seq, attempt, kind, id }): ReceivedEvent => ({
      id, token: id, kind, delivery: { blastId, seq, attempt }, providerMessageId: "m", reason: "", atMs: Date.UTC(2026, 10, 22),
    })); // prettier-ignore
  return both(pair, async (side, name) => {
    if (name === "real") await pair.database.asSystem((tx) => receiveEvents(tx, events(blast.real)));
    else receiveInMemory(pair.memory, events(blast.model));
    const waiting = await side.timers.waitingEvents(limit);
    const proofs = await side.timers.proofsOf(waiting);
    await side.timers.applyEvents(waiting);
    return { waiting, proofs };
  });
};

const verify: Operation = (pair, chance) => {
  const blast = pickBlast(pair, chance);
  const { agencyId } = pair.agency;
  const seqs = someSeqs(chance);
  const judged = pair.customers.filter(() => chance.hits(0.2));
  const result = chance.pick(["deliverable", "undeliverable", "unknown"] as const);
  return both(pair, async (side, name) => {
    const unjudged = await side.deliveries.unjudgedAddresses(agencyId, blast[name], seqs);
    const distinct = new Map(
      judged.map(({ addressKey }) => [addressKey, { addressKey, result, reason: "test", validMs: 95_000 }]),
    );
    await side.deliveries.rememberVerdicts(agencyId, [...distinct.values()]);
    return unjudged;
  });
};

const schedule: Operation = async (pair, chance) => {
  const { agencyId, userId, templateId } = pair.agency;
  const id = randomUUID();
  const inMs = chance.pick([-5_000, 25_000]);
  const occurrence = `2026-11-22T09:00[UTC]#${chance.between(1, 3)}`;
  const insertOne = chance.hits(0.5);
  if (insertOne) {
    const at = pair.memory.nowMs() + inMs;
    insertSchedule(pair.memory, {
      id, agencyId, userId, templateId, audience: { listId: pair.listId }, lane: "bulk", localStart: "2026-11-22T09:00", rrule: "", missedPolicy: "fire_late",
      nextAtMs: at, nextOccurrence: occurrence, fired: 0, lockedUntilMs: 0,
    }); // prettier-ignore
    await pair.database.withAgency(agencyId, (tx) =>
      sql`INSERT INTO schedules (id, agency_id, user_id, name, template_id, template_version, audience, lane, local_start, time_zone, next_at, next_occurrence)
        VALUES (${id}, ${agencyId}, ${userId}, 'Scheduled', ${templateId}, 0, ${JSON.stringify({ listId: pair.listId })}, 'bulk', '2026-11-22T09:00',
          'UTC', now() + make_interval(secs => ${inMs / 1_000}), ${occurrence})`.execute(tx),
    );
  }
  const fired = await both(pair, (side) =>
    side.timers.fireDueSchedule(
      (dueNow) => ({
        key: `schedule:${dueNow.id}:${dueNow.next_occurrence}`,
        blast: {
          agencyId, userId, name: dueNow.name, lane: dueNow.lane, templateId, templateVersion: 0, customMessage: "", audience: dueNow.audience,
          occurrence: { scheduleId: dueNow.id, key: dueNow.next_occurrence, late: false },
        }, // prettier-ignore
        message: () => message,
      }),
      () => null,
    ),
  );
  const ids = (side: typeof fired.real) =>
    side?.blastId === undefined ? undefined : { blastId: side.blastId };
  await remember(pair, { real: ids(fired.real), model: ids(fired.model) });
  const text = (side: typeof fired.real) =>
    `${side?.due.id} ${side?.due.next_occurrence} ${side?.blastId !== undefined}`;
  return { ...fired, realText: text(fired.real), modelText: text(fired.model) };
};

const relay: Operation = (pair) =>
  both(pair, async (side) => {
    let subjects: string[] = [];
    // Opt-outs are announced by the real ports alone: no promise of the simulator speaks of them.
    await side.timers.relayOutbox(5_000, limit, async (messages) => {
      subjects = messages.map(({ subject }) => subject).filter((subject) => !subject.includes(".customer."));
    });
    return subjects;
  });

const credit: Operation = (pair) => {
  const { agencyId } = pair.agency;
  return both(pair, async (_side, name) => {
    if (name === "model") steer.topUp(pair.memory, agencyId, 3);
    else await pair.database.withAgency(agencyId, (tx) => topUp(tx, agencyId, 3, "test"));
  });
};

const time: Operation = async (pair, chance) => {
  await pair.passTime(chance.pick([10_000, 30_000, 70_000]));
  return { real: undefined, model: undefined, realText: "", modelText: "" };
};

const operations: [name: string, weight: number, run: Operation][] = [
  ["order", 3, order], ["direct", 1, direct], ["start", 5, start], ["feed", 3, feed], ["claim", 7, claim], ["record", 8, record], ["expire", 2, expire],
  ["due", 2, due], ["stalled", 2, stalled], ["finish", 2, finish], ["steer", 2, steerIt], ["suppress", 1, suppressSome], ["webhooks", 3, webhooks],
  ["verify", 1, verify], ["schedule", 2, schedule], ["relay", 1, relay], ["credit", 1, credit], ["time", 3, time],
]; // prettier-ignore
const hat = operations.flatMap(([name, weight, run]) =>
  Array.from({ length: weight }, () => ({ name, run })),
);

/** One random call on both sides. */
export async function step(pair: Pair, chance: Chance): Promise<Step> {
  const { name, run } = chance.pick(hat);
  const { realText, modelText } = await run(pair, chance);
  return { name, realText, modelText };
}

// Random calls that steer, suppress, verify, schedule, relay, and let time pass.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { cancelBlast, pauseBlast } from "#core/adapters/postgres/blasts/steer.ts";
import { rewindBlasts } from "#core/adapters/postgres/blasts/rewind.ts";
import { receiveEvents, type ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";
import { stillSending } from "#core/adapters/postgres/suppressions/still-sending.ts";
import { insertSchedule, receiveEvents as receiveInMemory } from "../memory/events.ts";
import * as steer from "../memory/steer.ts";
import { topUp } from "#core/adapters/postgres/credits-admin/top-up.ts";
import { both } from "./same.ts";
import { type Operation, message, limit, pickBlast, someSeqs, remember } from "./draw.ts";

export const steerIt: Operation = (pair, chance) => {
  const { agencyId } = pair.agency;
  const blast = pickBlast(pair, chance);
  const paused = chance.hits(0.4);
  const what = chance.pick(["cancel", "pause", "pause", "agency", "refuse"] as const);
  const memory = pair.memory;
  return both(pair, async (side, name) => {
    if (what === "refuse") return side.blasts.refuseBlast(agencyId, blast[name], "user_inactive");
    if (what === "agency") {
      if (name === "model") return steer.pauseAgency(memory, agencyId, paused);
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

export const suppressSome: Operation = (pair, chance) => {
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

export const webhooks: Operation = (pair, chance) => {
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

export const verify: Operation = (pair, chance) => {
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

export const schedule: Operation = async (pair, chance) => {
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

export const relay: Operation = (pair) =>
  both(pair, async (side) => {
    let subjects: string[] = [];
    // Opt-outs are announced by the real ports alone: no promise of the simulator speaks of them.
    await side.timers.relayOutbox(5_000, limit, async (messages) => {
      subjects = messages.map(({ subject }) => subject).filter((subject) => !subject.includes(".customer."));
    });
    return subjects;
  });

export const credit: Operation = (pair) => {
  const { agencyId } = pair.agency;
  return both(pair, async (_side, name) => {
    if (name === "model") steer.topUp(pair.memory, agencyId, 3);
    else await pair.database.withAgency(agencyId, (tx) => topUp(tx, agencyId, 3, "test"));
  });
};

export const time: Operation = async (pair, chance) => {
  await pair.passTime(chance.pick([10_000, 30_000, 70_000]));
  return { real: undefined, model: undefined, realText: "", modelText: "" };
};

// Random calls that order, freeze, feed, claim and record.
import { randomUUID } from "node:crypto";
import type { ClaimableDelivery } from "#core/adapters/postgres/deliveries/claim.ts";
import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import type { Chance } from "../engine/chance.ts";
import type { Pair } from "./pair.ts";
import { both } from "./same.ts";
import { type Operation, message, limit, delaysMs, pickBlast, pickBusy, someSeqs, remember } from "./draw.ts";

export const order: Operation = async (pair, chance) => {
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

export const direct: Operation = async (pair, chance) => {
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

export const start: Operation = async (pair, chance) => {
  const blast = pickBlast(pair, chance);
  const { agencyId } = pair.agency;
  return both(pair, async (side, name) => [
    await side.blasts.freezePage(agencyId, blast[name]),
    await side.blasts.startBlast(agencyId, blast[name], () => message),
    await side.deliveries.loadBlast(agencyId, blast[name]),
  ]);
};

export const startSmall: Operation = async (pair, chance) => {
  const picked = [...new Set([pickBlast(pair, chance), pickBlast(pair, chance)])];
  const { agencyId } = pair.agency;
  return both(pair, async (side, name) => {
    const orders = picked.map((blast) => ({ blastId: blast[name], userId: null }));
    const started = await side.blasts.startSmallBlasts(agencyId, orders, () => [message]);
    return orders.map(({ blastId }) => {
      const { audience, eligible, ended } = started.find((blast) => blast.blastId === blastId) ?? {};
      return [audience, eligible, ended?.skipped];
    });
  });
};

export const feed: Operation = (pair, chance) => {
  const size = chance.between(1, 5);
  const back = chance.hits(0.7);
  const stale = chance.hits(0.15);
  const lane = chance.pick(["urgent", "bulk"] as const);
  const which = stale ? "new" : "all";
  return both(pair, async (side) => {
    const taken = await side.blasts.takeBlastsToFeed(lane, limit, which);
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
    // Each side has a clock of its own, and one reads ahead.
    return { taken: taken.map(({ waited_ms: _, first: __, ...fed }) => fed), portions };
  });
};

export const claim: Operation = (pair, chance) => {
  const blast = pickBusy(pair, chance, ["pending", "retry"]);
  const { agencyId } = pair.agency;
  const seqs = someSeqs(chance);
  const [park, skip] = [chance.between(0, 9), chance.between(0, 9)];
  const id = randomUUID();
  const careless = chance.hits(0.3);
  const feedAfterMs = chance.hits(0.1) ? 25_000 : undefined;
  // What the model does one way the store does in three. Nobody claims nothing in hope.
  const way = seqs.length === 0 ? "long" : chance.pick(["long", "short", "known"] as const);
  const plan = (_blast: unknown, deliveries: ClaimableDelivery[]) => {
    const waiting = deliveries.filter(
      ({ state, suppressions }) => (state === "pending" || state === "retry") && suppressions.length === 0,
    );
    const postpone = waiting.flatMap(({ seq, state }) =>
      skip % 2 === 0 && seq === park && state === "retry" ? [{ seq, delayMs: 25_000 }] : [],
    );
    const set = waiting.flatMap(({ seq, attempt, state: from }): Transition[] => {
      if (seq === park && postpone.length > 0) return [];
      if (seq === park)
        return [{ seq, attempt, from, to: "retry", reason: "provider_busy", delayMs: 25_000 }];
      return seq === skip ? [{ seq, attempt, from, to: "skipped", reason: "inactive" }] : [];
    });
    // A careless plan names what is not waiting: the claim must not take it.
    const leaving = (careless ? deliveries : waiting)
      .map(({ seq }) => seq)
      .filter((seq) => seq !== park && seq !== skip);
    return { skip: set, postpone, claim: leaving, ...(feedAfterMs === undefined ? {} : { feedAfterMs }) };
  };
  return both(pair, async (side, name) => {
    const known = await side.deliveries.loadBlast(agencyId, blast[name]);
    const claimed = await side.deliveries.claim(
      { id, agencyId, blastId: blast[name], worker: "test", leaseMs: 65_000 },
      seqs,
      plan,
      () => way !== "long" && known !== undefined,
      way === "known" ? known : undefined,
    );
    // A verdict that speaks against nobody is not read on the short way.
    return { ...claimed, deliveries: claimed.deliveries.map(({ verdict: _, ...delivery }) => delivery) };
  });
};

const moves = {
  pending: ["skipped"], sending: ["accepted", "rejected", "retry", "in_doubt"], retry: ["accepted", "skipped"], in_doubt: ["accepted", "held", "retry"],
  held: ["accepted", "rejected"],
} as const; // prettier-ignore

function someTransitions(pair: Pair, chance: Chance, blastId: string): Transition[] {
  const rows = pair.memory.blasts.get(blastId)?.deliveries ?? [];
  return (
    rows
      // What waits is to be claimed: it is seldom recorded, or little would ever be on its way.
      .filter(({ state }) => chance.hits(state === "pending" ? 0.1 : 0.6))
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
      .filter((t) => t.from !== "sending" || t.attempt > 0)
  );
}

export const record: Operation = (pair, chance) => {
  const blast = pickBusy(pair, chance, ["sending", "in_doubt", "held", "retry"]);
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

export const expire: Operation = (pair) =>
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

export const due: Operation = (pair) =>
  both(pair, async (side) => [
    await side.timers.dueWakeups(65_000, limit),
    await side.timers.dueDoubts(25_000, limit),
  ]);

export const stalled: Operation = (pair, chance) => {
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

export const finish: Operation = (pair) =>
  both(pair, async (side) => {
    const stopped = await side.blasts.stoppedBlasts(limit);
    for (const blast of stopped)
      for (let at: number | undefined = 0; at !== undefined;)
        at = await side.blasts.skipRemaining(blast, "cancelled", at);
    return [stopped, await side.blasts.completeBlasts(limit, () => message)];
  });

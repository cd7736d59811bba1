// What the operations draw their arguments from.
import { randomUUID } from "node:crypto";
import type { DeliveryStateText } from "#core/adapters/postgres/schema.ts";
import type { Chance } from "../engine/chance.ts";
import type { Pair } from "./pair.ts";
import type { both } from "./same.ts";

export type Step = { name: string; realText: string; modelText: string };
export type Answers = Awaited<ReturnType<typeof both>>;
export type Operation = (pair: Pair, chance: Chance) => Promise<Answers>;

export const message = { subject: "fanfare.event.blast.started.test", headers: {}, body: new Uint8Array() };
export const limit = 1_000;
// Times lie five seconds off each other's tens, so that what passes on the wall meanwhile decides nothing.
export const delaysMs = [5_000, 25_000, 65_000];

/** The same blast on both sides, or one that does not exist. */
export function pickBlast({ known }: Pair, chance: Chance) {
  const none = { real: randomUUID(), model: "" };
  return known.length === 0 || chance.hits(0.03) ? { ...none, model: none.real } : chance.pick(known);
}

/** Mostly a blast with deliveries in one of these states: most blasts of a sequence have ended, or never begin. */
export function pickBusy(pair: Pair, chance: Chance, states: readonly DeliveryStateText[]) {
  const busy = pair.known.filter(({ model }) =>
    pair.memory.blasts.get(model)?.deliveries.some(({ state }) => states.includes(state)),
  );
  return busy.length > 0 && chance.hits(0.8) ? chance.pick(busy) : pickBlast(pair, chance);
}

export function someSeqs(chance: Chance): number[] {
  return [1, 2, 3, 4, 5, 6, 7, 8, 9].filter(() => chance.hits(0.5));
}

export async function remember(
  pair: Pair,
  ordered: { real: { blastId: string } | undefined; model: { blastId: string } | undefined },
): Promise<void> {
  const { real, model } = ordered;
  if (real === undefined || model === undefined) return;
  if (!pair.known.some((ids) => ids.real === real.blastId))
    pair.known.push({ real: real.blastId, model: model.blastId });
}

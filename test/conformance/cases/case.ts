import { ConformanceStep } from "#gen/fanfare/testing/v1/conformance_pb.js";
import type { Bed } from "../bed.ts";

/** One row of the table. `run` throws with the reason when the worker breaks what the row promises. */
export type Case = { name: string; run: (bed: Bed) => Promise<void> };

const { BEGAN, DONE } = ConformanceStep;

/** Throws when a worker did not do what it owes. */
export function owes(kept: boolean, otherwise: string): asserts kept {
  if (!kept) throw new Error(otherwise);
}

/** Waits until a message had its effect and is off the queue, and refuses a second handling. */
export async function handledOnce(bed: Bed, key: string, seq: number): Promise<void> {
  const letter = () => bed.lettersOf(seq)[0]?.letter;
  await bed.until("the effect", () => bed.count(key, DONE) > 0 || letter() !== undefined);
  owes(letter() === undefined, `it is a dead letter: ${letter()?.reason}, ${letter()?.detail}`);
  await bed.until("the acknowledgement", async () => !(await bed.onQueue(seq)));
  owes(bed.count(key, BEGAN) === 1, `the handler was called ${bed.count(key, BEGAN)} times`);
  owes(bed.count(key, DONE) === 1, `the effect happened ${bed.count(key, DONE)} times`);
  owes(letter() === undefined, "it was done, and is a dead letter as well");
}

/** Waits until a message is a dead letter for this reason, stored before it was terminated, and answers the letter. */
export async function buried(bed: Bed, seq: number, reason: string) {
  // The queue is asked as well, so that a message that vanished without a letter is told at once.
  await bed.until("a dead letter", async () => bed.lettersOf(seq).length > 0 || !(await bed.onQueue(seq)));
  await bed.until("the termination", async () => !(await bed.onQueue(seq)));
  // What the stream has been told to keep arrives here a moment later.
  const [found] = bed.lettersOf(seq).length > 0 ? bed.lettersOf(seq) : await lateLetters(bed, seq);
  owes(found !== undefined, "the message was taken off its queue and there is no dead letter");
  const { letter, storedAtMs } = found;
  owes(bed.lettersOf(seq).length === 1, `there are ${bed.lettersOf(seq).length} dead letters`);
  owes(
    letter.reason === reason,
    `its reason is ${JSON.stringify(letter.reason)} (${letter.detail}) instead of ${reason}`,
  );
  await bed.until(
    "the broker's word that it was terminated (and not acknowledged)",
    () => bed.terminatedAtMs(seq) !== undefined,
  );
  owes(
    (bed.terminatedAtMs(seq) ?? 0) >= Math.floor(storedAtMs),
    "it was terminated before the dead letter was stored",
  );
  return letter;
}

async function lateLetters(bed: Bed, seq: number) {
  const { state } = await bed.manager.streams.info("DEAD_LETTER");
  await bed.until("all dead letters to arrive here", async () => (await bed.manager.consumers.info("DEAD_LETTER", "suite-DEAD_LETTER")).delivered.stream_seq >= state.last_seq);
  return bed.lettersOf(seq);
} // prettier-ignore

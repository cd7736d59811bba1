import type { Selectable } from "kysely";
import type { DeadLetterRow } from "../schema.ts";

/** A dead letter as read. `body` is null in lists where it is large. */
export type DeadLetterRecord = Omit<Selectable<DeadLetterRow>, "durable" | "worker" | "body"> & {
  body: Buffer | null;
  /** `at` in microseconds since 1970, for cursors. */
  at_us: number;
};

/** Which dead letters are meant. `subjectPrefix` is the queue's: fanfare.work.<queue>. */
export type DeadLetterFilter = { subjectPrefix?: string; reason?: string };

// The tables that the ports stand on, as plain objects. Names of columns are those of the schema, in camel case.
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";
import type { OutboxMessage } from "#core/adapters/postgres/outbox/announce.ts";
import type { ReceivedEvent } from "#core/adapters/postgres/provider-events/receive.ts";
import type {
  BlastStateText,
  DeliveryStateText,
  LaneText,
  SuppressionReasonText,
  VerdictText,
} from "#core/adapters/postgres/schema.ts";
import { sound, type Switches } from "./switches.ts";

export type Agency = {
  id: string;
  domain: string;
  doubtPolicy: "hold" | "resend";
  /** Countdown of a blast, in which it may be taken back. */
  undoMs: number;
  unknownAddressPolicy: "send" | "skip";
  verifyAddresses: boolean;
  standing: "good" | "suspended";
  paused: boolean;
  balance: number;
};

export type Customer = {
  id: string;
  agencyId: string;
  addressKey: string;
  email: string;
  firstName: string;
  status: "active" | "inactive" | "deleted";
};

export type Counters = {
  accepted: number;
  skipped: number;
  rejected: number;
  retrying: number;
  in_doubt: number;
  held: number;
};

export type Delivery = {
  seq: number;
  customerId: string;
  address: string;
  addressKey: string | null;
  state: DeliveryStateText;
  reason: string;
  attempt: number;
  step: number;
  claimedAtMs: number | null;
  providerMessageId: string | null;
};

export type Blast = {
  id: string;
  agencyId: string;
  userId: string | null;
  name: string;
  lane: LaneText;
  direct: boolean;
  templateId: string;
  templateVersion: number;
  customMessage: string;
  audience: AudienceJson;
  state: BlastStateText;
  paused: boolean;
  refusalReason: string;
  scheduleId: string | null;
  occurrence: string | null;
  late: boolean;
  /** Null: the agency's. */
  doubtPolicy: "hold" | "resend" | null;
  leavesAtMs: number | null;
  feedAfterMs: number | null;
  reopened: number;
  freezeCursor: string | null;
  audienceSize: number;
  eligible: number;
  releasedSeq: number;
  releasedCount: number;
  releaseRound: number;
  feederUntilMs: number | null;
  rebuildAtMs: number | null;
  acceptedAtMs: number;
  startedAtMs: number | null;
  completedAtMs: number | null;
  progress: Counters;
  progressAtMs: number | null;
  reasons: Map<string, number>;
  /** By sequence, from 1: deliveries[seq - 1]. */
  deliveries: Delivery[];
};

export type Claim = {
  id: string;
  agencyId: string;
  blastId: string;
  seqs: number[];
  attempts: number[];
  leaseUntilMs: number;
  worker: string;
};
export type Wakeup = {
  blastId: string;
  seq: number;
  agencyId: string;
  customerId: string;
  lane: LaneText;
  attempt: number;
  atMs: number;
};
export type Doubt = {
  blastId: string;
  seq: number;
  agencyId: string;
  attempt: number;
  claimedAtMs: number;
  nextLookAtMs: number;
};
export type LedgerEntry = {
  agencyId: string;
  blastId: string | null;
  kind: "top_up" | "reserve" | "settle" | "release";
  amount: number;
  reserved: number;
};
export type Activity = {
  blastId: string;
  seq: number;
  step: number;
  kind: string;
  attempt: number;
  atMs: number;
};
export type OutboxRow = OutboxMessage & {
  id: string;
  agencyId: string;
  createdAtMs: number;
  lockedUntilMs: number;
};
export type ProviderEventRow = ReceivedEvent & { day: string; appliedAtMs: number | null };
export type Facts = { delivered: number | null; opened: number | null; opens: number };
export type Schedule = {
  id: string;
  agencyId: string;
  userId: string | null;
  templateId: string;
  audience: AudienceJson;
  lane: LaneText;
  localStart: string;
  rrule: string;
  missedPolicy: "fire_late" | "skip";
  nextAtMs: number | null;
  nextOccurrence: string | null;
  fired: number;
  lockedUntilMs: number;
};

export type MemoryDatabase = {
  /** The database's clock. */
  nowMs: () => number;
  newId: () => string;
  switches: Switches;
  /** Customers of a page when an audience is frozen, and deliveries of a page when it is skipped. */
  pageRows: number;
  templates: Map<string, string>;
  agencies: Map<string, Agency>;
  users: Map<string, { agencyId: string; active: boolean }>;
  customers: Map<string, Customer>;
  lists: Map<string, string[]>;
  /** Reasons by `agency:addressKey`. */
  suppressions: Map<string, Set<SuppressionReasonText>>;
  verdicts: Map<string, { result: VerdictText; expiresAtMs: number }>;
  blasts: Map<string, Blast>;
  claims: Map<string, Claim>;
  wakeups: Map<string, Wakeup>;
  doubts: Map<string, Doubt>;
  ledger: LedgerEntry[];
  /** By `blast/seq/step`, which is unique. */
  activities: Map<string, Activity>;
  outbox: Map<string, OutboxRow>;
  keys: Map<string, { hash: string; result: string }>;
  events: Map<string, ProviderEventRow>;
  tokens: Set<string>;
  facts: Map<string, Facts>;
  schedules: Map<string, Schedule>;
  /** Told when something becomes due, so that simulated timers need not poll. */
  poke: (timer: Timer, atMs: number) => void;
  /** Told of every intent when it is committed. */
  onClaim: (claim: {
    agencyId: string;
    blastId: string;
    seq: number;
    attempt: number;
    leaseUntilMs: number;
  }) => void;
  /** Told of every acceptance that a worker brings, whether or not it changes the row. */
  onEvidence: (blastId: string, seq: number) => void;
};

export type Timer = "relay" | "fire" | "wake" | "leases" | "events" | "doubts" | "rebuild" | "feeder";

export function createMemoryDatabase(
  o: Pick<MemoryDatabase, "nowMs" | "newId" | "pageRows"> &
    Partial<Pick<MemoryDatabase, "switches" | "poke" | "onClaim" | "onEvidence">>,
): MemoryDatabase {
  return {
    switches: sound, poke: () => undefined, onClaim: () => undefined, onEvidence: () => undefined, ...o, templates: new Map(), agencies: new Map(), users: new Map(), customers: new Map(), lists: new Map(),
    suppressions: new Map(), verdicts: new Map(), blasts: new Map(), claims: new Map(), wakeups: new Map(), doubts: new Map(), ledger: [],
    activities: new Map(), outbox: new Map(), keys: new Map(), events: new Map(), tokens: new Set(), facts: new Map(), schedules: new Map(),
  }; // prettier-ignore
}

/** A unique index or check of the schema was violated: the product would have got an error from PostgreSQL here. */
export class ConstraintError extends Error {
  override readonly name = "ConstraintError";
}

/** Inserts a row under a key that must be new. */
export function insert<T>(table: Map<string, T>, name: string, key: string, row: T): void {
  if (table.has(key)) throw new ConstraintError(`duplicate key in ${name}: ${key}`);
  table.set(key, row);
}

export function blastOf(db: MemoryDatabase, agencyId: string, blastId: string): Blast | undefined {
  const blast = db.blasts.get(blastId);
  return blast?.agencyId === agencyId ? blast : undefined;
}

export const sumOf = (c: Counters): number => c.accepted + c.skipped + c.rejected + c.held;

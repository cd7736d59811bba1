// What a careless change could break. Each is planted on purpose, in the simulator's parts or on the way between them and the services, and
// the simulator has to find it: that is the proof that its silence means something.
import type { CustomerSenderDeps } from "../../services/customer-sender/deps.ts";
import type { SchedulerDeps } from "../../services/scheduler/deps.ts";
import type { Switches } from "./memory/switches.ts";
import type { Timer } from "./memory/tables.ts";

export type PlantedBug = {
  name: string;
  /** What somebody did. */
  what: string;
  off?: readonly (keyof Switches)[];
  timersOff?: readonly Timer[];
  ackFirst?: boolean;
  customerSender?: (deps: CustomerSenderDeps) => Partial<CustomerSenderDeps>;
  scheduler?: (deps: SchedulerDeps) => Partial<SchedulerDeps>;
};

export const plantedBugs: readonly PlantedBug[] = [
  { name: "no-fence", what: "a record is written whatever attempt the row is at", off: ["fence"] },
  { name: "ack-before-commit", what: "messages are acknowledged before they are handled", ackFirst: true },
  {
    name: "resend-on-time-out",
    what: "an answer that never came is taken for a refusal",
    customerSender: resendOnTimeOut,
  },
  {
    name: "no-opt-out-re-check",
    what: "a claim does not look at suppressions again",
    off: ["recheckSuppressions"],
  },
  { name: "no-gate", what: "claims do not pass the gate that decisions close", off: ["gate"] },
  { name: "no-lease", what: "a claim leaves no lease behind", off: ["lease"] },
  {
    name: "no-deadline",
    what: "nobody looks at the clock before the first byte",
    customerSender: noDeadline,
  },
  { name: "retry-after-lease", what: "a lease that ran out means another try", off: ["doubtAfterLease"] },
  {
    name: "no-horizon",
    what: "absence from the provider's log is believed at once",
    scheduler: () => ({ doubtHorizonMs: 0 }),
  },
  {
    name: "late-2xx-dropped",
    what: "an acceptance that comes after its lease is thrown away",
    off: ["mergeLate"],
  },
  {
    name: "no-absorption",
    what: "portions are marked without compare-and-set, claims do not look at the state",
    off: ["markOnce", "claimOnlyFromWaiting"],
  },
  { name: "double-release", what: "a reservation is released twice in the ledger", off: ["releaseOnce"] },
  { name: "no-balance-check", what: "credit is reserved whether or not it is there", off: ["checkBalance"] },
  { name: "occurrence-not-unique", what: "two schedulers may fire one occurrence", off: ["occurrenceOnce"] },
  { name: "keys-forgotten", what: "idempotency keys are not remembered", off: ["rememberKeys"] },
  { name: "silent-skip", what: "a skip writes no activity", off: ["logSkips"] },
  { name: "cursor-stays", what: "the cursor of a freeze does not move with its page", off: ["moveCursor"] },
  { name: "webhooks-count-twice", what: "a webhook that is repeated counts again", off: ["eventsOnce"] },
  { name: "no-rebuild", what: "nobody asks what the broker lost", timersOff: ["rebuild"] },
  { name: "no-relay", what: "nobody publishes what a crash left in the outbox", timersOff: ["relay"] },
  { name: "no-wake-ups", what: "nobody publishes retries", timersOff: ["wake"] },
];

/** The database's lease is what it was; the worker believes in one that lasts for hours. */
function noDeadline({ store, leaseMs }: CustomerSenderDeps): Partial<CustomerSenderDeps> {
  return {
    leaseMs: 100 * leaseMs,
    store: { ...store, claim: (claim, seqs, plan) => store.claim({ ...claim, leaseMs }, seqs, plan) },
  };
}

function resendOnTimeOut({ mailer }: CustomerSenderDeps): Partial<CustomerSenderDeps> {
  return {
    mailer: {
      async send(mail) {
        const answer = await mailer.send(mail);
        return answer.kind === "in_doubt" ? { ...answer, kind: "retryable" } : answer;
      },
    },
  };
}

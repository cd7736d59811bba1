// Every bound of a chaos run. Times are short so that what takes minutes in production settles in seconds here.

export type ChaosSettings = {
  seed: number;
  /** Of faults and load; quiet times between rounds come on top. */
  minutes: number;
  /** A round is this long, then the faults rest and everything is checked. */
  roundMs: number;
  /** Mean time between two faults. */
  faultEveryMs: number;
  agencies: number;
  customersPerAgency: number;
  /** Mails a second that the load aims at while there is room. */
  targetPerSecond: number;
  /** Opt-outs spread over the run; up to a fifth of them picks somebody who is out already, or is not acknowledged in time. */
  optOuts: number;
  /** Keeps a record, and writes docs/reliability.md and the plot from all records of this code. */
  report: boolean;
};

/** How long a round may take to settle before it says what is stuck; two runs at a time on a busy machine took three minutes. */
export const SETTLE_TIMEOUT_MS = 480_000;
/** The lease of a claim. SIGSTOP lasts longer than this. */
export const LEASE_MS = 6_000;
/** One call to the provider; with the record's margin it must fit into the lease. */
const MAILGUN_TIMEOUT_MS = 2_000;
/** The sandbox's log is complete at once; this only has to outlast a call that is still under way. */
const DOUBT_HORIZON_MS = 12_000;
const STALL_MS = 4_000;

/** Environment that all services get. */
export const SERVICE_TIMES = {
  FANFARE_LEASE_MS: `${LEASE_MS}`,
  FANFARE_DOUBT_HORIZON_MS: `${DOUBT_HORIZON_MS}`,
  FANFARE_STALL_MS: `${STALL_MS}`,
  MAILGUN_TIMEOUT_MS: `${MAILGUN_TIMEOUT_MS}`,
};

export const SMALLEST_BLAST = 50;
export const LARGEST_BLAST = 5_000;

export function readSettings(env: Readonly<Record<string, string | undefined>>): ChaosSettings {
  const minutes = numberOf(env["CHAOS_MINUTES"], 10, "CHAOS_MINUTES");
  const seed = numberOf(env["CHAOS_SEED"], Math.floor(Date.now() / 1000) % 1_000_000, "CHAOS_SEED");
  return {
    seed,
    minutes,
    roundMs: Math.min(120_000, minutes * 60_000),
    faultEveryMs: 1_650,
    agencies: 5,
    customersPerAgency: LARGEST_BLAST,
    targetPerSecond: 420,
    optOuts: Math.round(125 * minutes),
    report: env["CHAOS_REPORT"] === "1",
  };
}

/** A round for `make test`: the same world, smaller. */
export function shortSettings(seed: number): ChaosSettings {
  return {
    seed,
    minutes: 1 / 3,
    roundMs: 20_000,
    faultEveryMs: 1_000,
    agencies: 2,
    customersPerAgency: 1_500,
    targetPerSecond: 150,
    optOuts: 30,
    report: false,
  };
}

function numberOf(text: string | undefined, otherwise: number, name: string): number {
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} must be a number above 0, not ${text}`);
  return value;
}

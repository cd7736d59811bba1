export const FAULT_KINDS = [
  "latency",
  "429",
  "420",
  "401",
  "500-before",
  "500-after",
  "reset-before",
  "reset-after",
  "hang-before",
  "hang-after",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One rule of the plan. `before` and `after` mean: before or after the mail was accepted and recorded. */
export type FaultRule = {
  /** All given parts must hold: the path contains, the domain is, one of the recipients contains. */
  match?: { path?: string; domain?: string; to?: string };
  kind: FaultKind;
  /** How often it strikes where it matches; 1 when left out. */
  probability?: number;
  /** How many times it strikes at most; without end when left out. */
  count?: number;
  latencyMs?: number;
  retryAfterSeconds?: number;
};

export type FaultedRequest = { path: string; domain: string; recipients: readonly string[] };

/** What strikes a request: a wait, and then at most one fault. */
export type Strike = { waitMs: number; rule: FaultRule | null };

export type Faults = {
  replace(rules: readonly FaultRule[], seed: number): void;
  strike(request: FaultedRequest): Strike;
  readonly rules: readonly (FaultRule & { struck: number })[];
  readonly injected: Record<string, number>;
};

/** A plan is read by people; more rules than this is a mistake. */
export const MAX_FAULT_RULES = 100;
export const DEFAULT_SEED = 1;

const NO_STRIKE: Strike = { waitMs: 0, rule: null };

export function createFaults(): Faults {
  let rules: (FaultRule & { struck: number })[] = [];
  let random = seededRandom(DEFAULT_SEED);
  let injected: Record<string, number> = {};
  return {
    replace(next, seed) {
      rules = next.map((rule) => ({ ...rule, struck: 0 }));
      random = seededRandom(seed);
      injected = {};
    },
    strike(request) {
      if (rules.length === 0) return NO_STRIKE;
      let waitMs = 0;
      for (const rule of rules) {
        if (!matches(rule, request)) continue;
        if (rule.struck >= (rule.count ?? Infinity)) continue;
        if (rule.probability !== undefined && random() >= rule.probability) continue;
        rule.struck++;
        injected[rule.kind] = (injected[rule.kind] ?? 0) + 1;
        if (rule.kind !== "latency") return { waitMs: waitMs + (rule.latencyMs ?? 0), rule };
        waitMs += rule.latencyMs ?? 0;
      }
      return waitMs === 0 ? NO_STRIKE : { waitMs, rule: null };
    },
    get rules() {
      return rules;
    },
    get injected() {
      return injected;
    },
  };
}

/** Reads a plan: a list of rules, or `{"rules": […], "seed": 7}`. Gives a sentence when it is wrong. */
export function parseFaultPlan(value: unknown): { rules: FaultRule[]; seed: number } | string {
  const plan = Array.isArray(value) ? { rules: value, seed: DEFAULT_SEED } : value;
  const { rules, seed = DEFAULT_SEED } = (plan ?? {}) as { rules?: unknown; seed?: unknown };
  if (!Array.isArray(rules)) return 'a fault plan is a list of rules, or {"rules": […], "seed": 7}';
  if (rules.length > MAX_FAULT_RULES)
    return `a fault plan has at most ${MAX_FAULT_RULES} rules, not ${rules.length}`;
  for (const rule of rules as Partial<FaultRule>[]) {
    if (!FAULT_KINDS.includes(rule?.kind as FaultKind)) {
      return `no such kind of fault: ${String(rule?.kind)}; there are ${FAULT_KINDS.join(", ")}`;
    }
  }
  return { rules: rules as FaultRule[], seed: Number(seed) };
}

function matches({ match }: FaultRule, request: FaultedRequest): boolean {
  if (match === undefined) return true;
  if (match.path !== undefined && !request.path.includes(match.path)) return false;
  if (match.domain !== undefined && request.domain !== match.domain) return false;
  const { to } = match;
  return to === undefined || request.recipients.some((recipient) => recipient.includes(to));
}

/** The same seed gives the same faults (mulberry32): a failing chaos run can be played again. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

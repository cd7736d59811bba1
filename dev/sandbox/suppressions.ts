export const SUPPRESSION_KINDS = ["bounces", "unsubscribes", "complaints"] as const;
export type SuppressionKind = (typeof SUPPRESSION_KINDS)[number];

export type Suppression = {
  address: string;
  createdAtMs: number;
  code?: string;
  error?: string;
  tags?: string[];
};

/** Suppressed addresses of a domain. Bounded because a test that forgets to reset must not eat the machine. */
export const MAX_SUPPRESSIONS = 1_000_000;

export type Suppressions = {
  list(domain: string, kind: SuppressionKind): ReadonlyMap<string, Suppression>;
  add(domain: string, kind: SuppressionKind, suppression: Suppression): void;
  remove(domain: string, kind: SuppressionKind, address: string): boolean;
  /** Why a mail to this address is not delivered, in the order in which Mailgun names it. */
  kindOf(domain: string, address: string): SuppressionKind | null;
  readonly count: number;
  clear(): void;
};

const NONE: ReadonlyMap<string, Suppression> = new Map();

export function createSuppressions(): Suppressions {
  const lists = new Map<string, Map<string, Suppression>>();
  let count = 0;
  const keyOf = (domain: string, kind: SuppressionKind) => `${kind} ${domain.toLowerCase()}`;
  return {
    list: (domain, kind) => lists.get(keyOf(domain, kind)) ?? NONE,
    add(domain, kind, suppression) {
      const key = keyOf(domain, kind);
      let list = lists.get(key);
      if (list === undefined) lists.set(key, (list = new Map()));
      const address = suppression.address.toLowerCase();
      if (!list.has(address)) {
        if (count >= MAX_SUPPRESSIONS) return;
        count++;
      }
      list.set(address, suppression);
    },
    remove(domain, kind, address) {
      const removed = lists.get(keyOf(domain, kind))?.delete(address.toLowerCase()) ?? false;
      if (removed) count--;
      return removed;
    },
    kindOf(domain, address) {
      if (count === 0) return null;
      const lowered = address.toLowerCase();
      return SUPPRESSION_KINDS.find((kind) => lists.get(keyOf(domain, kind))?.has(lowered)) ?? null;
    },
    get count() {
      return count;
    },
    clear() {
      lists.clear();
      count = 0;
    },
  };
}

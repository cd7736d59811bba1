// What somebody outside was told, and what the database committed when: the other side of the balance sheet.
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";

/** By `blast.seq/attempt`, as the provider knows a try. */
export type Intent = { atMs: number; leaseUntilMs: number; agencyId: string; blastId: string; seq: number };

export type Promised = {
  intents: Map<string, Intent>;
  /** Orders that were answered, with what they stand for. */
  orders: { agencyId: string; key: string; scope: "send_blast" | "send_to_customer"; blastId: string }[];
  /** Orders that came by message: the broker took them. */
  messages: { id: string; agencyId: string; key: string; scope: "send_blast" | "send_to_customer" }[];
  /** Opt-outs that were answered; `except` are deliveries that the answer named as on their way. */
  optOuts: { agencyId: string; addressKey: string; atMs: number; except: ReadonlySet<string> }[];
  /** Decisions that were answered: nothing that is claimed after them leaves, until they are taken back. */
  stops: {
    agencyId: string;
    blastId: string | undefined;
    target: string;
    forEver: boolean;
    fromMs: number;
    untilMs: number;
  }[];
  /** Requests to go on, by `agency/blast`: how many are open, and when the last one was answered. */
  resumes: Map<string, { open: number; lastMs: number }>;
  /** Webhooks that were taken in, by `blast.seq`. */
  webhooks: Set<string>;
  /** When a 2xx first reached the database, whatever the row was then; by `blast.seq`. */
  answers: Map<string, number>;
  audiences: Map<string, AudienceJson>;
};

export function createPromised(): Promised {
  return {
    intents: new Map(),
    orders: [],
    messages: [],
    optOuts: [],
    stops: [],
    resumes: new Map(),
    webhooks: new Set(),
    answers: new Map(),
    audiences: new Map(),
  };
}

import type { CheckResult } from "#core/adapters/postgres/audit/run-checks.ts";
import {
  triedBlast,
  triedDeliveries,
  type TriedBlast,
  type TriedDelivery,
} from "#core/adapters/postgres/audit/provider-tries.ts";
import { formatRid } from "#core/domain/delivery/id.ts";
import type { ApiDeps, ProviderLog } from "../../deps.ts";

// A look-up takes a thousand tries; a delivery has seldom more than a few.
const pageDeliveries = 200;
const triesOfDelivery = 5;
// 10,000 deliveries are some hundred calls of the provider's log, which is rate-limited.
const maxPages = 50;
const maxFindings = 100;

export const providerCheck = { name: "provider_agrees", invariant: "I2" };

/**
 * Asks the provider's log for every try of a blast and compares: what is accepted here must be known there, what is not accepted must not
 * be, and of one delivery the provider must have taken one mail. Deliveries that changed within the log's lag are left out.
 */
export async function compareWithProvider(
  { database, nowMs }: Pick<ApiDeps, "database" | "nowMs">,
  log: ProviderLog,
  o: { blastId: string; agencyId: string | undefined; lagMs: number },
): Promise<CheckResult> {
  const startedMs = performance.now();
  const result: CheckResult = {
    check: providerCheck,
    findings: [],
    cutShort: false,
    tookMs: 0,
    failure: undefined,
  };
  const blast = await database.asSystem((tx) => triedBlast(tx, o.blastId, o.agencyId));
  if (blast?.started_at == null) return result;
  for (let page = 0, after = 0; ; page++) {
    const deliveries = await database.asSystem((tx) =>
      triedDeliveries(tx, { blastId: o.blastId, after, quietMs: o.lagMs, limit: pageDeliveries }),
    );
    const last = deliveries.at(-1);
    if (last === undefined) break;
    if (page === maxPages || result.findings.length >= maxFindings) {
      result.cutShort = true;
      break;
    }
    after = last.seq;
    const answer = await log.lookUp({
      domain: blast.sending_domain,
      tag: o.blastId,
      rids: deliveries.flatMap((delivery) => ridsOf(o.blastId, delivery)),
      addresses: deliveries.map(({ address }) => address),
      fromMs: blast.started_at.getTime(),
      toMs: nowMs(),
    });
    if (answer.kind === "unavailable") {
      result.failure = `The provider's log cannot be read: ${answer.reason}.`;
      break;
    }
    if (!answer.complete) result.cutShort = true;
    for (const delivery of deliveries) {
      const sentence = compare(blast, o.blastId, delivery, answer.found, answer.complete);
      if (sentence === undefined) continue;
      result.findings.push({ agency_id: blast.agency_id, blast_id: o.blastId, seq: delivery.seq, sentence });
    }
  }
  result.findings.splice(maxFindings);
  result.tookMs = Math.round(performance.now() - startedMs);
  return result;
}

/** The newest tries; older ones than these are not asked for. */
function ridsOf(blastId: string, { seq, attempt }: TriedDelivery): string[] {
  const tries = Math.min(attempt, triesOfDelivery);
  return Array.from({ length: tries }, (_, back) => formatRid(blastId, seq, attempt - back));
}

function compare(
  blast: TriedBlast,
  blastId: string,
  delivery: TriedDelivery,
  found: ReadonlyMap<string, unknown>,
  complete: boolean,
): string | undefined {
  const taken = ridsOf(blastId, delivery).filter((rid) => found.has(rid));
  if (delivery.state === "accepted") {
    if (taken.length === 0 && complete)
      return "It is accepted, and the provider's log has none of its tries.";
    // Where the policy is to send again, a second mail is what was chosen.
    if (taken.length > 1 && blast.doubt_policy === "hold")
      return `The provider took ${taken.length} of its tries: ${taken.join(", ")}.`;
    return undefined;
  }
  return taken.length === 0
    ? undefined
    : `It is ${delivery.state}, and the provider took ${taken.join(", ")}.`;
}

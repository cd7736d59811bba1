import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { sql } from "kysely";
import { CustomerOptedOutSchema } from "#gen/fanfare/event/v1/customer_pb.js";
import { eventEnvelope } from "#core/runtime/envelope.ts";
import { closeGate } from "../agencies/gate.ts";
import type { Tx } from "../database.ts";
import { announceAll } from "./announce-all.ts";
import type { SuppressionReasonText } from "../schema.ts";
import { addSuppressions, type NewSuppression } from "./add-suppressions.ts";
import { logActivities } from "./log-activities.ts";

/** Addresses that must not be mailed from the commit on, and how that reached us. */
export interface SuppressOptions {
  agencyId: string;
  suppressions: readonly NewSuppression[];
  /** For the record: api, import, link, webhook, or the caller's words. */
  source: string;
  /** Program that says so, for the event. */
  announcedBy: string;
}

// An address is shared by a family or an office, and a page of an import has 2,000 of them.
const maxCustomers = 20_000;

/**
 * Suppresses addresses behind the closed gate, so that every later claim sees it, and notes it with each customer who has one of
 * the addresses: an activity, and for opt-outs the event CustomerOptedOut. What was suppressed before is not noted again.
 * Answers how many suppressions are new.
 */
export async function suppress(tx: Tx, options: SuppressOptions): Promise<number> {
  const { agencyId, suppressions, source } = options;
  if (suppressions.length === 0) return 0;
  await closeGate(tx, agencyId);
  const fresh = await addSuppressions(tx, agencyId, suppressions, source);
  if (fresh.length === 0) return 0;
  const keys = fresh.map((suppression) => suppression.addressKey);
  const reasons = fresh.map((suppression) => suppression.reason);
  const { rows } = await sql<{ customer_id: string; reason: SuppressionReasonText }>`
    SELECT c.id AS customer_id, s.reason
    FROM unnest(${keys}::text[], ${reasons}::text[]) s (address_key, reason)
    JOIN customers c ON c.agency_id = ${agencyId} AND c.address_key = s.address_key
    LIMIT ${maxCustomers}`.execute(tx);
  await logActivities(
    tx,
    agencyId,
    rows.map(({ customer_id, reason }) => ({
      customerId: customer_id,
      kind: reason === "opted_out" ? "customer.opted_out" : "customer.suppressed",
      data: reason === "opted_out" ? { source } : { source, reason },
    })),
  );
  const since = fresh[0]!.since;
  await announceAll(
    tx,
    agencyId,
    rows.filter((row) => row.reason === "opted_out").map((row) => optedOut(options, row.customer_id, since)),
  );
  return fresh.length;
}

function optedOut({ agencyId, source, announcedBy }: SuppressOptions, customerId: string, since: Date) {
  const optedOutAt = timestampFromDate(since);
  const message = create(CustomerOptedOutSchema, { agencyId, customerId, source, optedOutAt });
  const timeMs = since.getTime();
  return eventEnvelope(CustomerOptedOutSchema, message, { id: randomUUID(), source: announcedBy, timeMs });
}

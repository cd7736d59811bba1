// Task: SendBlastToCustomer. Guarantee: each delivery reaches the provider at most once, after a committed intent, and never after an
// opt-out. Idempotent by the delivery's row: a claim is taken only from PENDING or RETRY, so repeated messages are absorbed.
// A batch is split by blast and call: one claim, one rendering, one call, one record for each.
import { UnknownReferenceError } from "#core/adapters/postgres/blasts/accept.ts";
import { KeyReusedError } from "#core/adapters/postgres/idempotency/remember.ts";
import { isDatabaseAway } from "#core/adapters/postgres/unavailable.ts";
import { laneText } from "#core/domain/delivery/lane.ts";
import { defer, reject, retry, type Outcome } from "#core/runtime/outcome.ts";
import { defineWorker, type WorkItem } from "#core/runtime/worker.ts";
import {
  SendBlastToCustomerSchema,
  type SendBlastToCustomer,
} from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import type { Content } from "#gen/fanfare/work/v1/content_pb.js";
import { createGovernors, type Governors } from "./governors.ts";
import { deliverBatch, type Batch } from "./deliver-batch.ts";
import type { CustomerSenderDeps } from "./deps.ts";
import { createKnownBlasts, type KnownBlasts } from "./known-blasts.ts";

// While the database is away nothing fails: messages wait, and come back spread over some seconds.
const databaseAwayDelayMs = 2_000;
// PostgreSQL's int. The contract's uint32 holds more, and one such number would fail the statement of its whole batch.
const maxSequence = 2 ** 31 - 1;

// Enough that a batch that ends finds the next one here. What waits here another instance cannot take, and an agency's window is eight batches.
const prefetchBatches = 1;

/** Far more than batches need; direct sends are a call each. */
export const defaultMaxCalls = 256;

export function sendToCustomer(deps: CustomerSenderDeps) {
  const { maxCallsPerDomain: maxCalls = defaultMaxCalls, monotonicMs, wait, random, meter } = deps;
  const governors = createGovernors({ maxCalls, monotonicMs, wait, random, meter });
  const blasts = createKnownBlasts({ store: deps.store, monotonicMs });
  return defineWorker({
    contract: SendBlastToCustomerSchema,
    prefetchBatches,
    handle: async (items, { signal }) => {
      const orders: Order[] = [];
      const written: Promise<number>[] = [];
      for (let place = 0; place < items.length; place += 1) {
        const order = placeOrder(deps, items[place]!);
        if (order instanceof Promise) written.push(order.then((done) => (orders[place] = done).seq));
        else orders[place] = order;
      }
      await Promise.all(written);
      await Promise.all(
        groupByCall(orders, deps.batchMax).map((group) =>
          deliverGroup(deps, governors, blasts, group, signal),
        ),
      );
      return orders.map((order) => order.outcome ?? retry("no outcome"));
    },
  });
}

/** One message: the delivery it asks for, or already its outcome. */
interface Order {
  agencyId: string;
  customerId: string;
  blastId: string;
  seq: number;
  outcome: Outcome | undefined;
}

/** At once for a delivery of a blast, of which a batch has hundreds; a direct order is written first. */
function placeOrder(
  deps: CustomerSenderDeps,
  { message }: WorkItem<SendBlastToCustomer>,
): Order | Promise<Order> {
  const { agencyId, customerId, order } = message;
  if (order.case === "delivery") {
    const { blastId, sequence: seq } = order.value;
    const outcome =
      seq > maxSequence ? reject("unknown_delivery", `Blast ${blastId} has no delivery ${seq}.`) : undefined;
    return { agencyId, customerId, blastId, seq, outcome };
  }
  const placed: Order = { agencyId, customerId, blastId: "", seq: 1, outcome: undefined };
  if (order.case !== "direct")
    return { ...placed, outcome: reject("no_order", "Neither delivery nor direct is set.") };
  return placeDirect(deps, message, order.value, placed);
}

async function placeDirect(
  deps: CustomerSenderDeps,
  message: SendBlastToCustomer,
  { templateId, templateVersion, customMessage }: Content,
  placed: Order,
): Promise<Order> {
  const { agencyId, customerId } = placed;
  const send = {
    agencyId,
    userId: undefined,
    customerId,
    lane: laneText(message.lane),
    templateId,
    templateVersion,
    customMessage,
  };
  try {
    const { blastId } = await deps.store.orderDirectSend(message.idempotencyKey, send);
    return { ...placed, blastId };
  } catch (error) {
    return { ...placed, outcome: outcomeOf(error) };
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof UnknownReferenceError) return reject(`unknown_${error.what}`, error.message);
  if (error instanceof KeyReusedError) return reject("idempotency_key_reused", error.message);
  if (isDatabaseAway(error)) return defer("database_away", databaseAwayDelayMs * (1 + Math.random()));
  return retry(error instanceof Error ? error.message : String(error));
}

/** Orders of one blast that go through it together, with the batch that they are. */
interface Group {
  batch: Batch & { customerOf: Map<number, string> };
  orders: Order[];
}

/**
 * By blast, at most a call's worth each: a lease is for one call, and so is a doubt. A delivery that is claimed for two customers goes
 * into two groups, so that the wrong message cannot spoil the right one; the same message twice goes into one.
 */
function groupByCall(orders: readonly Order[], callMax: number): Group[] {
  const groups: Group[] = [];
  const byBlast = new Map<string, Group[]>();
  let last: Group[] = [];
  for (const order of orders) {
    if (order.outcome !== undefined) continue;
    const { agencyId, blastId, seq, customerId } = order;
    const first = last[0]?.batch;
    if (first?.blastId !== blastId || first.agencyId !== agencyId) {
      const key = `${agencyId}:${blastId}`;
      last = byBlast.get(key) ?? [];
      byBlast.set(key, last);
    }
    let group = last.find(({ batch: { customerOf } }) => {
      const named = customerOf.get(seq);
      return named === undefined ? customerOf.size < callMax : named === customerId;
    });
    if (group === undefined) {
      group = { batch: { agencyId, blastId, customerOf: new Map() }, orders: [] };
      last.push(group);
      groups.push(group);
    }
    group.batch.customerOf.set(seq, customerId);
    group.orders.push(order);
  }
  return groups;
}

async function deliverGroup(
  deps: CustomerSenderDeps,
  governors: Governors,
  blasts: KnownBlasts,
  { batch, orders }: Group,
  signal: AbortSignal,
): Promise<void> {
  try {
    const outcomes = await deliverBatch(deps, governors, blasts, batch, signal);
    for (const order of orders) order.outcome = outcomes(order.seq);
  } catch (error) {
    const { agencyId, blastId, customerOf } = batch;
    deps.log.warn({ err: error, agencyId, blastId, deliveries: customerOf.size }, "a batch failed");
    const outcome = outcomeOf(error);
    for (const order of orders) order.outcome = outcome;
  }
}

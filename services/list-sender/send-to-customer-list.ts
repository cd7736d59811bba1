// Task: SendBlastToCustomerList. Guarantee: the audience is frozen once, distinct by customer and address, its credit reserved all
// or none, and its deliveries then leave in bounded portions (release-deliveries.ts). Idempotent by the blast's row: its state and
// cursor say what is done, so a repeated message or a crash redoes at most one page.
import { create, toJson } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";
import { UnknownReferenceError } from "#core/adapters/postgres/blasts/accept.ts";
import { KeyReusedError } from "#core/adapters/postgres/idempotency/remember.ts";
import { isDatabaseAway } from "#core/adapters/postgres/unavailable.ts";
import { doubtPolicyText } from "#core/domain/delivery/doubt-policy.ts";
import { laneText } from "#core/domain/delivery/lane.ts";
import { eventEnvelope } from "#core/runtime/envelope.ts";
import { defer, done, reject, retry, skip, type Outcome } from "#core/runtime/outcome.ts";
import { defineWorker } from "#core/runtime/worker.ts";
import { BlastStartedSchema } from "#gen/fanfare/event/v1/blast_pb.js";
import { AudienceSchema } from "#gen/fanfare/work/v1/content_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import {
  SendBlastToCustomerListSchema,
  type SendBlastToCustomerList,
} from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import type { ListSenderDeps } from "./deps.ts";
import { endEvent } from "./finish-blasts.ts";

const databaseAwayDelayMs = 2_000;
// Of a batch's blasts that are frozen page by page: as many as batches, so that a message which waits behind them waits no longer than its turn.
const maxPaged = 2;

// In a burst, what comes meanwhile is frozen together, and whoever waits for an answer has the machine: 200 blasts a second are five batches of
// eight each 200 ms. One that comes alone is frozen before the rest, and the other batch is free.
const restMs = 50;

export function sendToCustomerList(deps: ListSenderDeps) {
  return defineWorker({
    contract: SendBlastToCustomerListSchema,
    // Freezing is the database's work; two at a time keep it busy, more would only wait for each other.
    concurrentBatches: 2,
    prefetchBatches: 0,
    async handle(items, { lane, signal }) {
      const orders = items.map(({ message }) => message);
      const outcomes = await sendAll(deps, orders, signal);
      if (lane !== Lane.URGENT) await deps.rest?.(restMs);
      return outcomes;
    },
  });
}

/** The ordinary small ones of each agency in one transaction, then the others one by one. */
async function sendAll(
  deps: ListSenderDeps,
  orders: readonly SendBlastToCustomerList[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const started = new Set<string>();
  for (const own of Map.groupBy(orders.filter(isAccepted), ({ agencyId }) => agencyId).values())
    for (const blastId of await startTogether(deps, own)) started.add(blastId);
  const outcomes = orders.map((order) => (isAccepted(order) && started.has(order.order.value) ? done() : undefined));
  const others = outcomes.entries().filter(([, outcome]) => outcome === undefined);
  // The walkers share one iterator, so each order is taken once.
  const walk = async () => {
    for (const [index] of others) outcomes[index] = await sendOne(deps, orders[index]!, signal);
  };
  await Promise.all(Array.from({ length: maxPaged }, walk));
  return outcomes as Outcome[];
} // prettier-ignore

type Accepted = SendBlastToCustomerList & { order: { case: "blastId" } };

function isAccepted(order: SendBlastToCustomerList): order is Accepted {
  return order.order.case === "blastId";
}

/** Answers the blasts that it started. Whatever is in the way of one of them is found when it is sent alone. */
async function startTogether(deps: ListSenderDeps, orders: readonly Accepted[]): Promise<string[]> {
  const { agencyId } = orders[0]!;
  // Twice the same message is one blast.
  const blasts = new Map(
    orders.map(({ order, userId }) => [order.value, { blastId: order.value, userId: userId || null }]),
  );
  try {
    const started = await deps.store.startSmallBlasts(agencyId, [...blasts.values()], (blast) => [
      startedEvent(deps, agencyId, blast.blastId, blast),
      ...(blast.ended === undefined ? [] : [endEvent(deps, blast.ended)]),
    ]);
    for (const { blastId, audience, eligible, ended } of started)
      deps.log.info({ agencyId, blastId, audience, eligible, state: ended?.state }, "audience frozen");
    if (started.some(({ ended }) => ended === undefined)) deps.wakeFeeder(laneText(orders[0]!.lane));
    return started.map(({ blastId }) => blastId);
  } catch (error) {
    if (!isDatabaseAway(error))
      deps.log.info({ err: error, agencyId, blasts: blasts.size }, "blasts are frozen one by one");
    return [];
  }
}

async function sendOne(
  deps: ListSenderDeps,
  order: SendBlastToCustomerList,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const accepted = await acceptOrder(deps, order);
    return accepted.kind === "refused"
      ? accepted.outcome
      : await sendBlast(deps, order, accepted.blastId, signal);
  } catch (error) {
    // While the database is away nothing fails: the message waits.
    if (isDatabaseAway(error)) return defer("database_away", databaseAwayDelayMs * (1 + Math.random()));
    deps.log.error({ err: error, agencyId: order.agencyId }, "an order failed");
    return retry(error instanceof Error ? error.message : String(error));
  }
}

async function sendBlast(
  deps: ListSenderDeps,
  order: SendBlastToCustomerList,
  blastId: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const { agencyId } = order;
  const account = await deps.store.checkAccount(agencyId, order.userId || null);
  if (account !== "ok") return refuse(deps, agencyId, blastId, account);
  if (!(await freezeAudience(deps, agencyId, blastId, signal)))
    return skip("the blast is not being frozen any more");
  return start(deps, agencyId, blastId);
}

type Answer = { kind: "accepted"; blastId: string } | { kind: "refused"; outcome: Outcome };

async function acceptOrder(deps: ListSenderDeps, message: SendBlastToCustomerList): Promise<Answer> {
  const { agencyId, order } = message;
  if (order.case === "blastId") {
    if (await deps.store.blastExists(agencyId, order.value))
      return { kind: "accepted", blastId: order.value };
    return refused(
      "unknown_blast",
      `Agency ${agencyId} has no blast ${order.value}. Was it published before its row was committed?`,
    );
  }
  if (order.case !== "newBlast") return refused("no_order", "Neither blast_id nor new_blast is set.");
  const { content, audience, name, doubtPolicy } = order.value;
  try {
    const { blastId } = await deps.store.orderBlast(message.idempotencyKey, {
      agencyId,
      userId: message.userId || undefined,
      name,
      lane: laneText(message.lane),
      templateId: content!.templateId,
      templateVersion: content!.templateVersion,
      customMessage: content!.customMessage,
      audience: toJson(AudienceSchema, audience!) as AudienceJson,
      doubtPolicy: doubtPolicyText(doubtPolicy),
    });
    return { kind: "accepted", blastId };
  } catch (error) {
    if (error instanceof UnknownReferenceError) return refused(`unknown_${error.what}`, error.message);
    if (error instanceof KeyReusedError) return refused("idempotency_key_reused", error.message);
    throw error;
  }
}

function refused(reason: string, detail: string): Answer {
  return { kind: "refused", outcome: reject(reason, detail) };
}

async function refuse(
  deps: ListSenderDeps,
  agencyId: string,
  blastId: string,
  reason: string,
): Promise<Outcome> {
  const changed = await deps.store.refuseBlast(agencyId, blastId, reason);
  deps.log.info({ agencyId, blastId, reason, changed }, "blast refused");
  deps.wakeFeeder();
  return skip(reason);
}

/** Freezes page by page, each in a transaction of its own. False when the blast was cancelled or is done already. */
async function freezeAudience(
  deps: ListSenderDeps,
  agencyId: string,
  blastId: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    await deps.giveWay?.();
    const page = await deps.store.freezePage(agencyId, blastId);
    if (page.kind === "stopped") return false;
    if (page.kind === "last") return true;
    deps.log.debug({ blastId, frozen: page.frozen }, "page frozen");
  }
}

async function start(deps: ListSenderDeps, agencyId: string, blastId: string): Promise<Outcome> {
  const started = await deps.store.startBlast(agencyId, blastId, (counts) =>
    startedEvent(deps, agencyId, blastId, counts),
  );
  deps.log.info({ agencyId, blastId, ...started }, "audience frozen");
  deps.wakeFeeder();
  return started.kind === "started"
    ? done()
    : skip(started.kind === "refused" ? started.reason : started.state);
}

function startedEvent(
  deps: ListSenderDeps,
  agencyId: string,
  blastId: string,
  counts: { audience: number; eligible: number },
) {
  const timeMs = deps.nowMs();
  const event = create(BlastStartedSchema, {
    agencyId,
    blastId,
    ...counts,
    startedAt: timestampFromDate(new Date(timeMs)),
  });
  return eventEnvelope(BlastStartedSchema, event, { id: `${blastId}:started`, source: deps.name, timeMs });
}

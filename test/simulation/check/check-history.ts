// What must hold when a history has come to rest. The provider's record and what was promised to people are the measure, not the rows.
import { sumOf, type Blast, type Delivery } from "../memory/tables.ts";
import type { Acceptance } from "../world/provider.ts";
import type { World } from "../world/world.ts";

export function checkHistory(world: World): void {
  const accepted = Map.groupBy(world.provider.accepted, ({ deliveryId }) => deliveryId);
  checkAcceptances(world);
  for (const blast of world.db.blasts.values()) {
    checkBlast(world, blast);
    for (const delivery of blast.deliveries)
      checkDelivery(world, blast, delivery, accepted.get(`${blast.id}.${delivery.seq}`) ?? []);
  }
  checkLedger(world);
  checkOrders(world);
  checkSchedules(world);
  checkFacts(world);
}

/** I2, I3, I6, and that nothing leaves after its lease or against a decision that was answered. */
function checkAcceptances(world: World): void {
  const { promised, provider, violate } = world;
  const { intents, optOuts, stops } = promised;
  for (const { rid, deliveryId, address, atMs } of provider.accepted) {
    const intent = intents.get(rid);
    if (intent === undefined || intent.atMs > atMs) {
      violate(`I3: the provider accepted ${rid} without an intent committed before`);
      continue;
    }
    if (atMs > intent.leaseUntilMs)
      violate(`${rid} was accepted ${atMs - intent.leaseUntilMs} ms after its lease`);
    for (const optOut of optOuts) {
      const { agencyId, addressKey } = optOut;
      if (
        agencyId === intent.agencyId &&
        addressKey === address &&
        optOut.atMs < atMs &&
        !optOut.except.has(deliveryId)
      )
        violate(
          `I6: ${rid} was accepted ${atMs - optOut.atMs} ms after the opt-out of ${addressKey} was answered`,
        );
    }
    for (const { agencyId, blastId, fromMs, untilMs } of stops) {
      const concerns = agencyId === intent.agencyId && (blastId === undefined || blastId === intent.blastId);
      if (concerns && intent.atMs > fromMs && intent.atMs < untilMs)
        violate(`${rid} was claimed ${intent.atMs - fromMs} ms after a cancel or pause was answered`);
    }
  }
}

/** I1 and I5. */
function checkBlast({ db, promised, violate }: World, blast: Blast): void {
  const { id, deliveries, progress } = blast;
  if (blast.completedAtMs === null) violate(`I1: blast ${id} has not ended: ${blast.state}`);
  if (deliveries.length !== blast.audienceSize)
    violate(`I1: blast ${id} has ${deliveries.length} rows and says ${blast.audienceSize}`);
  const audience = promised.audiences.get(id)?.customers?.ids;
  const frozen = deliveries.map(({ customerId }) => customerId);
  if (new Set(frozen).size !== frozen.length) violate(`I1: blast ${id} has a customer twice`);
  const cutShort = blast.state === "cancelled" || blast.state === "refused";
  if (audience !== undefined && !cutShort && audience.toSorted().join() !== frozen.toSorted().join())
    violate(`I1: blast ${id} was for ${audience.length} customers and froze ${frozen.length} others`);
  const count = (state: Delivery["state"]) => deliveries.filter((d) => d.state === state).length;
  for (const state of ["accepted", "skipped", "rejected", "held"] as const) {
    if (progress[state] !== count(state))
      violate(`I1: blast ${id} counts ${progress[state]} ${state} and has ${count(state)}`);
  }
  if (progress.retrying !== 0 || progress.in_doubt !== 0)
    violate(`I1: blast ${id} at rest counts ${JSON.stringify(progress)}`);
  if (sumOf(progress) !== blast.audienceSize)
    violate(`I1: blast ${id} counts ${sumOf(progress)} of ${blast.audienceSize}`);
  for (const [reason, n] of blast.reasons) {
    const rows = deliveries.filter(
      (d) => d.reason === reason && (d.state === "skipped" || d.state === "rejected"),
    ).length;
    if (rows !== n) violate(`I1: blast ${id} counts ${n} ${reason} and has ${rows}`);
  }
  for (const d of deliveries) {
    for (let step = 1; step <= d.step; step++)
      if (!db.activities.has(`${id}/${d.seq}/${step}`))
        violate(`I5: ${id}.${d.seq} has no activity for transition ${step} of ${d.step}`);
    const last = db.activities.get(`${id}/${d.seq}/${d.step}`);
    if (last !== undefined && last.kind !== `delivery.${d.state}`)
      violate(`I5: ${id}.${d.seq} is ${d.state} and its last activity is ${last.kind}`);
    if (db.activities.has(`${id}/${d.seq}/${d.step + 1}`))
      violate(`I5: ${id}.${d.seq} has more activities than transitions`);
  }
}

// An hour in which the provider takes nothing writes a delivery back every twenty seconds or so; more than twice that is a circle.
const maxTransitions = 400;

/** Nobody lost, nobody twice, and a reason that is true. */
function checkDelivery(
  world: World,
  blast: Blast,
  delivery: Delivery,
  accepted: readonly Acceptance[],
): void {
  const { violate, promised, settings } = world;
  const { state } = delivery;
  const id = `${blast.id}.${delivery.seq}`;
  const policy = blast.doubtPolicy ?? world.db.agencies.get(blast.agencyId)!.doubtPolicy;
  if (delivery.step > maxTransitions) violate(`I1: ${id} changed ${delivery.step} times`);
  const seen = (a: Acceptance) => a.shownAtMs < promised.intents.get(a.rid)!.atMs + settings.horizonMs;
  if (
    accepted.length > 1 &&
    (policy === "hold" || accepted.slice(0, -1).some((a) => promised.intents.has(a.rid) && seen(a)))
  )
    violate(
      `I2: ${id} was accepted ${accepted.length} times (policy ${policy}): ${accepted.map(({ rid }) => rid).join(" ")}`,
    );
  if (
    state !== "accepted" &&
    state !== "held" &&
    accepted.length > 0 &&
    (policy === "hold" || accepted.some((a) => promised.intents.has(a.rid) && seen(a)))
  )
    violate(`${id} is ${state} (${delivery.reason}), but the provider accepted ${accepted[0]!.rid}`);
  for (let step = 1; policy === "hold" && step <= delivery.step; step++) {
    const activity = world.db.activities.get(`${blast.id}/${delivery.seq}/${step}`);
    const refused = activity?.kind === "delivery.retry" || activity?.kind === "delivery.rejected";
    if (refused && accepted.some(({ rid }) => rid === `${id}/${activity.attempt}`))
      violate(`${id}/${activity.attempt} was written down as refused, and the provider accepted it`);
  }
  const answeredMs = promised.answers.get(id);
  if (answeredMs !== undefined && policy === "hold" && !acceptedBy(world, blast, delivery, answeredMs))
    violate(`${id} was not accepted when the provider's 2xx reached the database, lease or no lease`);
  switch (state) {
    case "accepted":
      if (accepted.length === 0) violate(`lost: ${id} says accepted, and the provider never had it`);
      return;
    case "held":
      // Absent when it was looked for: right if the log did not show it yet, and wrong if it did or somebody else told us.
      if (accepted.some((a) => promised.intents.has(a.rid) && seen(a)))
        violate(`${id} is held, but the provider's log showed ${accepted[0]!.rid} before the horizon`);
      if (promised.webhooks.has(id)) violate(`${id} is held, although a webhook named it`);
      if (policy !== "hold") violate(`${id} is held under policy resend`);
      return;
    case "skipped":
      return checkSkip(world, blast, delivery, id);
    case "rejected":
      if (!delivery.address.startsWith("bad-")) violate(`lost: ${id} was rejected as ${delivery.reason}`);
      return;
    default:
      violate(`I1: ${id} is still ${state}`);
  }
}

function acceptedBy({ db }: World, { id }: Blast, { seq, step }: Delivery, atMs: number): boolean {
  for (let n = 1; n <= step; n++) {
    const activity = db.activities.get(`${id}/${seq}/${n}`);
    if (activity?.kind === "delivery.accepted" && activity.atMs <= atMs) return true;
  }
  return false;
}

function checkSkip(
  { db, violate }: World,
  blast: Blast,
  { reason, address, customerId, seq }: Delivery,
  id: string,
): void {
  const suppressed = db.suppressions.get(`${blast.agencyId}:${address}`);
  const other = blast.deliveries.some((d) => d.seq !== seq && d.addressKey === address);
  const truth: Record<string, boolean> = {
    opted_out: suppressed?.has("opted_out") === true,
    complained: suppressed?.has("complained") === true,
    bounced: suppressed?.has("bounced") === true,
    inactive: db.customers.get(customerId)!.status !== "active",
    invalid_address: suppressed?.has("invalid") === true || address.startsWith("gone-"),
    unverified_address: address.startsWith("odd-"),
    duplicate_address: other,
    cancelled: blast.state === "cancelled" || blast.state === "refused",
    no_credit: blast.state === "refused" && blast.refusalReason === "insufficient_credit",
  };
  if (truth[reason] !== true) violate(`lost: ${id} was skipped as ${reason}, which is not so`);
}

/** I4. */
function checkLedger({ db, violate }: World): void {
  for (const agency of db.agencies.values()) {
    const sum = db.ledger.filter((e) => e.agencyId === agency.id).reduce((total, e) => total + e.amount, 0);
    if (sum !== agency.balance)
      violate(`I4: agency ${agency.id} has ${agency.balance} and its ledger says ${sum}`);
    if (agency.balance < 0) violate(`I4: agency ${agency.id} has ${agency.balance}`);
  }
  for (const blast of db.blasts.values()) {
    const entries = db.ledger.filter((e) => e.blastId === blast.id);
    const open = entries.reduce((total, e) => total + e.reserved, 0);
    const held = blast.deliveries.filter((d) => d.state === "held").length;
    if (open !== held) violate(`I4: blast ${blast.id} has ${open} reserved for ${held} that are held`);
    const spent = entries.filter((e) => e.kind === "settle").reduce((total, e) => total - e.reserved, 0);
    if (spent !== blast.progress.accepted)
      violate(`I4: blast ${blast.id} spent ${spent} on ${blast.progress.accepted} accepted`);
  }
}

/** I8, and that an order that was taken is not lost. */
function checkOrders({ db, promised, broker, buried, violate }: World): void {
  for (const orders of Map.groupBy(
    promised.orders,
    ({ agencyId, scope, key }) => `${agencyId}/${scope}/${key}`,
  ).values()) {
    const blasts = new Set(orders.map(({ blastId }) => blastId));
    if (blasts.size > 1) violate(`I8: ${orders[0]!.key} became ${blasts.size} blasts`);
    for (const blastId of blasts)
      if (!db.blasts.has(blastId)) violate(`lost: ${orders[0]!.key} was answered and is not there`);
  }
  const named = Map.groupBy(
    db.blasts.values(),
    ({ agencyId, name, direct }) => `${agencyId}/${direct ? "" : name}`,
  );
  for (const { id, agencyId, key, scope } of promised.messages) {
    if (broker.wiped.has(id) || buried.has(id)) continue;
    if (!db.keys.has(`${agencyId}/${scope}/${key}`))
      violate(`lost: the broker took ${id}, and it became nothing`);
    const blasts = scope === "send_blast" ? (named.get(`${agencyId}/${key}`) ?? []) : [];
    if (blasts.length > 1) violate(`I8: ${key} became ${blasts.length} blasts`);
  }
}

/** One blast an occurrence; what is due has fired or was skipped by policy. */
function checkSchedules({ db, loop, violate }: World): void {
  for (const schedule of db.schedules.values()) {
    const fired = [...db.blasts.values()].filter(({ scheduleId }) => scheduleId === schedule.id);
    const occurrences = new Set(fired.map(({ occurrence }) => occurrence));
    if (occurrences.size !== fired.length)
      violate(`I8: schedule ${schedule.id} fired ${fired.length} blasts for ${occurrences.size} occurrences`);
    if (schedule.nextAtMs !== null && schedule.nextAtMs < loop.nowMs - 120_000)
      violate(`lost: schedule ${schedule.id} is due and did not fire`);
    if (fired.length === 0 && schedule.missedPolicy === "fire_late" && schedule.nextAtMs === null)
      violate(`lost: schedule ${schedule.id} never fired`);
  }
}

/** What was announced was published, and what webhooks said counts once. */
function checkFacts({ db, broker, provider, promised, violate }: World): void {
  for (const blast of db.blasts.values()) {
    if (blast.completedAtMs !== null && !blast.direct && !broker.facts.has(`${blast.id}:ended`))
      violate(`nobody was told that blast ${blast.id} ended`);
  }
  for (const orders of promised.orders)
    if (orders.scope === "send_blast" && !broker.facts.has(`${orders.blastId}:accepted`))
      violate(`nobody was told of blast ${orders.blastId}`);
  for (const [key, { opens }] of db.facts) {
    const [blastId, seq] = key.split("/");
    const most = provider.accepted.filter(({ deliveryId }) => deliveryId === `${blastId}.${seq}`).length;
    if (opens > most) violate(`I7: ${key} counts ${opens} opens of ${most}`);
  }
}

// People and programs outside: they order through the api or by message, ask again with the same key when nobody answers, and steer.
import { create } from "@bufbuild/protobuf";
import { KeyReusedError } from "#core/adapters/postgres/idempotency/remember.ts";
import { formatDeliveryId } from "#core/domain/delivery/id.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { eventEnvelope, workEnvelope, type Envelope } from "#core/runtime/envelope.ts";
import { BlastAcceptedSchema } from "#gen/fanfare/event/v1/blast_pb.js";
import { AudienceSchema, ContentSchema } from "#gen/fanfare/work/v1/content_pb.js";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";
import { SendBlastToCustomerSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_pb.js";
import { announce } from "../memory/book.ts";
import { suppress } from "../memory/events.ts";
import { orderBlast, orderDirectSend } from "../memory/orders.ts";
import { cancelBlast, pauseAgency, pauseBlast, stillSending, topUp } from "../memory/steer.ts";
import type { Agency, Customer } from "../memory/tables.ts";
import { call, deliver, transactionsOf, type Life } from "./life.ts";
import type { World } from "./world.ts";

export type Clients = {
  /** Requests that are not answered yet. */
  readonly open: number;
  sendBlast(agency: Agency, customers: Customer[], userId: string): void;
  sendDirect(agency: Agency, customer: Customer): void;
  sendByMessage(agency: Agency, customers: Customer[], direct: boolean): void;
  optOut(agency: Agency, customer: Customer): void;
  steer(agency: Agency): void;
  topUp(agency: Agency): void;
  /** Takes back every pause, so that a history can end. */
  resumeAll(): void;
};

const lanes = ["urgent", "standard", "bulk"] as const;
const optOutBoundMs = 25_000;
// A statement that was sent may be carried out this much later than the one that repeated it.
const straggleMs = 60_000;

export function createClients(world: World, api: () => Life): Clients {
  const { db, loop, chance, promised, broker, trace } = world;
  let open = 0;
  let orders = 0;
  let allResumed = false;

  /** Asks until it is answered: a client whose connection broke does not know, and repeats with the same key. */
  function request(name: string, perform: (life: Life) => Promise<void>): void {
    open += 1;
    let answered = false;
    const attempt = () => {
      if (answered) return;
      const life = api();
      perform(life).then(
        () => {
          if (answered) return;
          answered = true;
          open -= 1;
        },
        (error: unknown) => {
          if (!(error instanceof KeyReusedError)) return;
          world.violate(`${name}: a key was refused to the one who had it: ${error.message}`);
        },
      );
      loop.after(chance.spread(26_000, 60_000), attempt);
    };
    attempt();
  }

  async function publishSoon(life: Life, outboxId: string, envelope: Envelope): Promise<void> {
    await call(world, life, "publish", () => broker.publish([envelope]));
    await transactionsOf(world, life).once("forget", () => void db.outbox.delete(outboxId));
  }

  const timeMs = () => loop.nowMs;
  const source = "api";

  return {
    get open() {
      return open;
    },

    sendBlast(agency, customers, userId) {
      const key = `order-${++orders}`;
      const lane = chance.pick(lanes);
      const audience = { customers: { ids: customers.map(({ id }) => id) } };
      const order = {
        agencyId: agency.id,
        userId,
        name: key,
        lane,
        templateId: templateOf(agency),
        templateVersion: 0,
        customMessage: "",
        audience,
      };
      request(key, async (life) => {
        const accepted = await transactionsOf(world, life).once("api.sendBlast", () => {
          const ordered = orderBlast(db, key, order);
          if (ordered.replayed) return { ...ordered, publish: undefined };
          const { blastId } = ordered;
          const message = create(SendBlastToCustomerListSchema, {
            agencyId: agency.id, lane: laneOf[lane], idempotencyKey: key, userId, order: { case: "blastId", value: blastId },
          }); // prettier-ignore
          const envelope = workEnvelope(SendBlastToCustomerListSchema, message, { source, timeMs: timeMs() });
          const fact = create(BlastAcceptedSchema, {
            agencyId: agency.id,
            blastId,
            name: key,
            lane: laneOf[lane],
          });
          announce(
            db,
            agency.id,
            eventEnvelope(BlastAcceptedSchema, fact, { id: `${blastId}:accepted`, source, timeMs: timeMs() }),
          );
          return { ...ordered, publish: { id: announce(db, agency.id, envelope), envelope } };
        });
        promised.orders.push({ agencyId: agency.id, key, scope: "send_blast", blastId: accepted.blastId });
        promised.audiences.set(accepted.blastId, audience);
        trace.add(timeMs(), "client", `is told that ${key} is ${accepted.blastId}`);
        if (accepted.publish !== undefined)
          publishSoon(life, accepted.publish.id, accepted.publish.envelope).catch(() => undefined);
      });
      if (chance.hits(0.05)) loop.after(30_000, () => reuseKey(key, order));
    },

    sendDirect(agency, customer) {
      const key = `direct-${++orders}`;
      const lane = chance.pick(lanes);
      const send = {
        agencyId: agency.id,
        userId: undefined,
        customerId: customer.id,
        lane,
        templateId: templateOf(agency),
        templateVersion: 0,
        customMessage: "",
      };
      request(key, async (life) => {
        const accepted = await transactionsOf(world, life).once("api.sendToCustomer", () => {
          const ordered = orderDirectSend(db, key, send);
          if (ordered.replayed || db.blasts.get(ordered.blastId)!.state === "refused")
            return { ...ordered, publish: undefined };
          const message = create(SendBlastToCustomerSchema, {
            agencyId: agency.id, lane: laneOf[lane], idempotencyKey: formatDeliveryId(ordered.blastId, 1), customerId: customer.id,
            order: { case: "delivery", value: { blastId: ordered.blastId, sequence: 1 } },
          }); // prettier-ignore
          const envelope = workEnvelope(SendBlastToCustomerSchema, message, { source, timeMs: timeMs() });
          return { ...ordered, publish: { id: announce(db, agency.id, envelope), envelope } };
        });
        promised.orders.push({
          agencyId: agency.id,
          key,
          scope: "send_to_customer",
          blastId: accepted.blastId,
        });
        if (accepted.publish !== undefined)
          publishSoon(life, accepted.publish.id, accepted.publish.envelope).catch(() => undefined);
      });
    },

    /** A program of somebody else: the message itself is the order. It publishes until the broker has it. */
    sendByMessage(agency, customers, direct) {
      const key = `message-${++orders}`;
      const lane = laneOf[chance.pick(lanes)];
      const content = create(ContentSchema, { templateId: templateOf(agency) });
      const [customer] = customers;
      const base = { agencyId: agency.id, lane, idempotencyKey: key };
      const about = { source: "producer", timeMs: timeMs() };
      const ids = customers.map(({ id }) => id);
      const audience = create(AudienceSchema, { of: { case: "customers", value: { ids } } });
      const envelope = direct
        ? workEnvelope(SendBlastToCustomerSchema, create(SendBlastToCustomerSchema, { ...base, customerId: customer!.id, order: { case: "direct", value: content } }), about)
        : workEnvelope(SendBlastToCustomerListSchema, create(SendBlastToCustomerListSchema, { ...base, order: { case: "newBlast", value: { content, audience, name: key } } }), about); // prettier-ignore
      open += 1;
      const attempt = () => {
        try {
          broker.publish([envelope]);
          open -= 1;
          const scope = direct ? "send_to_customer" : "send_blast";
          promised.messages.push({ id: envelope.headers["Nats-Msg-Id"]!, agencyId: agency.id, key, scope });
        } catch {
          loop.after(5_000, attempt);
        }
      };
      attempt();
    },

    optOut(agency, customer) {
      const { id: agencyId } = agency;
      const { addressKey } = customer;
      request(`opt-out of ${addressKey}`, async (life) => {
        const { once } = transactionsOf(world, life);
        await once("api.optOut", () => suppress(db, agencyId, [{ addressKey, reason: "opted_out" }]), {
          gate: { agencyId, closed: true },
        });
        const untilMs = timeMs() + optOutBoundMs;
        for (;;) {
          const sending = await once("stillSending", () => stillSending(db, agencyId, addressKey));
          if (sending.length === 0 || timeMs() > untilMs) {
            trace.add(
              timeMs(),
              "client",
              `is told that ${addressKey} opted out, but for ${sending.join(" ")}`,
            );
            promised.optOuts.push({ agencyId, addressKey, atMs: timeMs(), except: new Set(sending) });
            return;
          }
          await new Promise<void>((resolve) => deliver(world, life, chance.between(25, 500), resolve));
        }
      });
    },

    steer(agency) {
      const { id: agencyId } = agency;
      const gate = { gate: { agencyId, closed: true } };
      const blast = chance.pick([
        undefined,
        ...[...db.blasts.values()].filter((b) => b.agencyId === agencyId),
      ]);
      const name = blast === undefined ? "pause agency" : chance.pick(["cancel", "pause", "pause"] as const);
      // A pause that straggles in after everything was resumed would last for ever.
      const change = (paused: boolean) =>
        paused && allResumed
          ? "too_late"
          : blast === undefined
            ? (pauseAgency(db, agencyId, paused), "ok")
            : pauseBlast(db, agencyId, blast.id, paused).kind;
      const target = `${agencyId}/${blast?.id ?? ""}`;
      const resumes = promised.resumes.get(target) ?? { open: 0, lastMs: 0 };
      promised.resumes.set(target, resumes);
      const askedMs = timeMs();
      const resume = () => {
        resumes.open += 1;
        for (const stop of promised.stops)
          if (stop.target === target && !stop.forEver) stop.untilMs = Math.min(stop.untilMs, timeMs());
        request(`resume ${target}`, async (life) => {
          await transactionsOf(world, life).once("api.resume", () => change(false), gate);
          resumes.open -= 1;
          resumes.lastMs = timeMs();
        });
      };
      request(`${name} ${target}`, async (life) => {
        const { once } = transactionsOf(world, life);
        const kind = await once(
          `api.${name}`,
          () => (name === "cancel" ? cancelBlast(db, agencyId, blast!.id).kind : change(true)),
          gate,
        );
        const forEver = name === "cancel";
        if (!forEver) loop.after(chance.spread(50, 120_000), resume);
        // Whoever asks to stop while somebody else asks to go on may get either.
        const contested =
          !forEver && (allResumed || resumes.open > 0 || resumes.lastMs + straggleMs > askedMs);
        if (kind === "ok" && !contested)
          promised.stops.push({
            agencyId,
            blastId: blast?.id,
            target,
            forEver,
            fromMs: timeMs(),
            untilMs: Number.POSITIVE_INFINITY,
          });
      });
    },

    topUp: (agency) =>
      request("top up", async (life) => {
        await transactionsOf(world, life).once("api.topUp", () => topUp(db, agency.id, 10));
      }),

    resumeAll() {
      allResumed = true;
      for (const stop of promised.stops) if (!stop.forEver) stop.untilMs = Math.min(stop.untilMs, timeMs());
      for (const agency of db.agencies.values()) if (agency.paused) pauseAgency(db, agency.id, false);
      for (const blast of db.blasts.values())
        if (blast.paused) pauseBlast(db, blast.agencyId, blast.id, false);
    },
  };

  /** The same key with another body must be refused, whoever asks. */
  function reuseKey(key: string, order: Parameters<typeof orderBlast>[2]): void {
    if (!promised.orders.some((o) => o.key === key)) return;
    const life = api();
    transactionsOf(world, life)
      .once("api.sendBlast again", () => orderBlast(db, key, { ...order, customMessage: "other words" }))
      .then(
        () => world.violate(`I8: ${key} stands for two different orders`),
        () => undefined,
      );
  }
}

export function templateOf(agency: Pick<Agency, "id">): string {
  return agency.id.replace("-7a", "-7e");
}

import { randomUUID } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { BlastService, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService, SuppressionReason } from "#gen/fanfare/api/v1/customer_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import type { Transition } from "#core/adapters/postgres/deliveries/record.ts";
import { createTimerStore } from "#core/adapters/postgres/timer-store.ts";
import { formatRid } from "#core/domain/delivery/id.ts";
import { unsubscribePath } from "#core/domain/consent/unsubscribe-link.ts";
import { applyProviderEvents } from "../../../services/scheduler/apply-provider-events.ts";
import type { SchedulerDeps } from "../../../services/scheduler/deps.ts";
import { linkSecret, startTestApi, type TestAgency, type TestApi } from "../../support/api.ts";
import { postWebhook, signatureNow, webhookOf } from "../../support/webhook.ts";

let api: TestApi;
let agency: TestAgency;
let templateId: string;

beforeAll(async () => {
  api = await startTestApi();
  agency = await api.createTestAgency({ credits: 100 });
  const source = { subject: "Hello", html: "<p>Hello</p>", text: "Hello" };
  const created = await createClient(TemplateService, agency.transport).createTemplate({
    name: "Hello",
    source,
  });
  templateId = created.template!.id;
});
afterAll(() => api.close());

const applyAll = () =>
  applyProviderEvents({
    store: createTimerStore(api.database),
    log: api.deps.log,
    name: "test",
  } as SchedulerDeps);

/** A direct send whose try ended as `to` says. */
async function sent(to: "accepted" | "in_doubt") {
  const customers = createClient(CustomerService, agency.transport);
  const email = `${randomUUID()}@example.com`;
  const { customer } = await customers.createCustomer({ customer: { email } });
  const { blastId, deliveryId } = await createClient(BlastService, agency.transport).sendToCustomer({
    idempotencyKey: randomUUID(),
    customerId: customer!.id,
    content: { templateId },
  });
  const store = createDeliveryStore(api.database);
  const claim = { id: randomUUID(), agencyId: agency.agencyId, blastId, worker: "test", leaseMs: 60_000 };
  await store.claim(claim, [1], () => ({ skip: [], claim: [1] }));
  const transition: Transition = { seq: 1, attempt: 1, from: "sending", to, delayMs: 60_000, reason: "" };
  await store.record({ agencyId: agency.agencyId, blastId, lane: "urgent", claimId: claim.id }, [transition]);
  return { blastId, deliveryId, customerId: customer!.id, email, rid: formatRid(blastId, 1, 1) };
}

const suppressionsOf = async (customerId: string) =>
  (await createClient(CustomerService, agency.transport).getCustomer({ customerId })).customer!.suppressed;

const activitiesOf = async (blastId: string) => {
  const rows = await api.database.asSystem((tx) =>
    tx.selectFrom("activities").select("kind").where("source_id", "=", blastId).orderBy("kind").execute(),
  );
  return rows.map(({ kind }) => kind);
};

test("a bounce suppresses the address, and ten shuffled copies of each event say it once", async () => {
  const mail = await sent("accepted");
  const bounced = webhookOf(mail.rid, "failed", { severity: "permanent", reason: "bounce" });
  const opened = webhookOf(mail.rid, "opened");
  const copies = Array.from({ length: 10 }, () => [opened, bounced]).flat();
  const statuses = await Promise.all(copies.map((webhook) => postWebhook(api.url, webhook)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  await applyAll();
  await applyAll();
  expect(await suppressionsOf(mail.customerId)).toEqual([SuppressionReason.BOUNCED]);
  expect(await activitiesOf(mail.blastId)).toEqual([
    "delivery.accepted",
    "delivery.bounced",
    "delivery.opened",
  ]);
  const facts = await api.database.asSystem((tx) =>
    tx
      .selectFrom("delivery_facts")
      .selectAll()
      .where("blast_id", "=", mail.blastId)
      .executeTakeFirstOrThrow(),
  );
  expect(facts).toMatchObject({ opens: 1, clicks: 0, delivered_at: null });
});

test("facts keep their first time, whatever comes first", async () => {
  const mail = await sent("accepted");
  const early = Math.floor(Date.now() / 1000) - 600;
  await postWebhook(api.url, webhookOf(mail.rid, "delivered", { timestamp: early + 60 }));
  await applyAll();
  await postWebhook(api.url, webhookOf(mail.rid, "delivered", { timestamp: early }));
  await applyAll();
  const facts = await api.database.asSystem((tx) =>
    tx
      .selectFrom("delivery_facts")
      .selectAll()
      .where("blast_id", "=", mail.blastId)
      .executeTakeFirstOrThrow(),
  );
  expect(facts.delivered_at?.getTime()).toBe(early * 1000);
});

test("a webhook that names a send in doubt settles it, with its credit, and is the evidence", async () => {
  const mail = await sent("in_doubt");
  const credits = createClient(AgencyService, agency.transport);
  const before = await credits.getCredits({});
  expect(await postWebhook(api.url, webhookOf(mail.rid, "delivered"))).toBe(200);
  await applyAll();
  const told = await createClient(BlastService, agency.transport).explainDelivery({
    deliveryId: mail.deliveryId,
  });
  expect(told.delivery).toMatchObject({
    state: DeliveryState.ACCEPTED,
    providerMessageId: "provider-id@mail.example.com",
  });
  const after = await credits.getCredits({});
  expect([after.balance, after.reserved]).toEqual([before.balance, before.reserved - 1n]);
});

test("a forged, changed or replayed webhook is refused and changes nothing", async () => {
  const mail = await sent("accepted");
  const complaint = webhookOf(mail.rid, "complained");
  const forged = { ...complaint, signature: { ...complaint.signature, signature: "0".repeat(64) } };
  expect(await postWebhook(api.url, forged)).toBe(406);
  expect(await postWebhook(api.url, { nothing: true })).toBe(406);
  // The signature does not cover the body: a token that was used is good for nothing else.
  const seen = webhookOf(mail.rid, "opened");
  expect(await postWebhook(api.url, seen)).toBe(200);
  expect(
    await postWebhook(api.url, { ...webhookOf(mail.rid, "complained"), signature: seen.signature }),
  ).toBe(200);
  await applyAll();
  expect(await suppressionsOf(mail.customerId)).toEqual([]);
});

test("a webhook about somebody else's mail is taken and forgotten", async () => {
  const foreign = { ...webhookOf("no-rid-of-ours", "complained"), signature: signatureNow() };
  expect(await postWebhook(api.url, foreign)).toBe(200);
  await applyAll();
  const waiting = await api.database.asSystem((tx) =>
    tx.selectFrom("provider_events").select("id").where("applied_at", "is", null).execute(),
  );
  expect(waiting).toEqual([]);
});

test("opening an unsubscribe link changes nothing, its button opts out, and a changed link is nobody's", async () => {
  const mail = await sent("accepted");
  const link =
    api.url + unsubscribePath({ agencyId: agency.agencyId, customerId: mail.customerId }, linkSecret);
  const shown = await fetch(link);
  expect(shown.status).toBe(200);
  expect(await shown.text()).toContain("Unsubscribe from Storm Insurance?");
  expect(await suppressionsOf(mail.customerId)).toEqual([]);
  const changed = await fetch(link.replace(mail.customerId, randomUUID()), { method: "POST" });
  expect(changed.status).toBe(404);
  const clicked = await fetch(link, { method: "POST", body: "List-Unsubscribe=One-Click" });
  expect(clicked.status).toBe(200);
  expect(await suppressionsOf(mail.customerId)).toEqual([SuppressionReason.OPTED_OUT]);
});

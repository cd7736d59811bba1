// An agency that has been at work for a while, so that every page has something to show.
import { connect as connectNats } from "@nats-io/transport-node";
import { jetstream } from "@nats-io/jetstream";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { importCsv } from "#dev/demo/import-csv.ts";
import { STORM_MESSAGE, STORM_TEMPLATE } from "#dev/demo/storm-template.ts";
import { sampleCustomers } from "#test/support/sample-customers.ts";
import { until } from "#test/support/until.ts";
import { connect } from "../../services/cli/connect/connect.ts";
import { steer, type Bed } from "./bed.ts";

/** What addresses of pages need. */
export type Seeded = {
  listId: string;
  templateId: string;
  blastId: string;
  customerId: string;
};

const customers = 900;
const blastMs = 90_000;
const dayMs = 86_400_000;

/** Sends a real blast, and leaves others paused, scheduled and dead. */
export async function seed(bed: Bed): Promise<Seeded> {
  const { stack, people } = bed;
  const { api, close } = connect({ url: stack.apiUrl, apiKey: people.agencyKey });
  try {
    await steer(stack, "config", { latencyMs: 20 });
    const { csv } = sampleCustomers({ rows: customers, seed: 4, ownList: "Waterfront" });
    const { listId } = await importCsv(api, csv, "Everyone");
    const { template } = await api.templates.createTemplate(STORM_TEMPLATE);
    const templateId = template?.id ?? "";
    await api.templates.updateTemplate({
      templateId,
      source: { ...STORM_TEMPLATE.source, subject: `${STORM_TEMPLATE.source.subject}: be prepared` },
    });
    await api.templates.createTemplate({ ...STORM_TEMPLATE, name: "Renewal reminder" });
    const order = (name: string) => ({
      idempotencyKey: name,
      name,
      content: { templateId, customMessage: STORM_MESSAGE },
      audience: { of: { case: "listId" as const, value: listId } },
    });
    const { blastId } = await api.blasts.sendBlast(order("Hurricane Wanda: be prepared"));
    await api.schedules.createSchedule({
      ...order("Storm bulletin"),
      localStart: `${new Date(Date.now() + 2 * dayMs).toISOString().slice(0, 10)}T09:00`,
      rrule: "FREQ=DAILY;INTERVAL=3",
    });
    await publishRubbish(bed);
    await until("the blast to end", blastMs, async () => {
      const { blast } = await api.blasts.getBlast({ blastId });
      return blast?.completedAt !== undefined;
    });
    const paused = await api.blasts.sendBlast(order("Claims hotline: new number"));
    await api.blasts.pauseBlast({ blastId: paused.blastId });
    await leaveWaiting(bed, order("Newsletter"));
    const { customers: found } = await api.customers.listCustomers({ page: { size: 1 } });
    const customerId = found[0]?.id ?? "";
    return { listId, templateId, blastId, customerId };
  } finally {
    close();
  }
}

/** A lane that an operator paused, with a blast's mails waiting on it. */
async function leaveWaiting({ stack, people }: Bed, order: object): Promise<void> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey });
  const agency = connect({ url: stack.apiUrl, apiKey: people.agencyKey });
  try {
    await operator.api.queues.pauseQueue({ queue: "customer", lane: Lane.BULK });
    await agency.api.blasts.sendBlast({ ...order, lane: Lane.BULK });
  } finally {
    operator.close();
    agency.close();
  }
}

/** Something that is no message at all, as a broken program would publish it; the error queue then has one more. */
export async function publishRubbish({ stack, people }: Bed): Promise<void> {
  const connection = await connectNats({ servers: stack.natsUrl });
  await jetstream(connection).publish(`fanfare.work.customer.standard.${people.agencyId}`, "\u0001 rubbish");
  await connection.close();
}

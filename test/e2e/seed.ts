// An agency that has been at work for a while, so that every page has something to show.
import { connect as connectNats } from "@nats-io/transport-node";
import { jetstream } from "@nats-io/jetstream";
import { sql } from "kysely";
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
  hugeBlastId: string;
  customerId: string;
};

const customers = 900;
/** Deliveries of the blast whose table is scrolled. */
export const hugeAudience = 100_000;
const blastMs = 60_000;

/** Sends a real blast, and leaves others paused, scheduled, dead and huge. */
export async function seed(bed: Bed): Promise<Seeded> {
  const { stack, people, database } = bed;
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
      ...order("Monthly preparedness check"),
      localStart: "2030-01-07T09:00",
      rrule: "FREQ=MONTHLY;BYDAY=1MO",
    });
    await publishRubbish(bed);
    await until("the blast to end", blastMs, async () => {
      const { blast } = await api.blasts.getBlast({ blastId });
      return blast?.completedAt !== undefined;
    });
    const paused = await api.blasts.sendBlast(order("Claims hotline: new number"));
    await api.blasts.pauseBlast({ blastId: paused.blastId });
    const { customers: found } = await api.customers.listCustomers({ page: { size: 1 } });
    const customerId = found[0]?.id ?? "";
    const hugeBlastId = await hugeBlast(database, people.agencyId, templateId, customerId);
    return { listId, templateId, blastId, hugeBlastId, customerId };
  } finally {
    close();
  }
}

/** Something that is no message at all, as a broken program would publish it; the error queue then has one more. */
export async function publishRubbish({ stack, people }: Bed): Promise<void> {
  const connection = await connectNats({ servers: stack.natsUrl });
  await jetstream(connection).publish(`fanfare.work.customer.standard.${people.agencyId}`, "\u0001 rubbish");
  await connection.close();
}

/** A blast that ended, as rows: sending so many would take longer than looking at them. */
async function hugeBlast(
  database: Bed["database"],
  agencyId: string,
  templateId: string,
  customerId: string,
): Promise<string> {
  return database.asSystem(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      INSERT INTO blasts (agency_id, name, lane, template_id, template_version, audience, state, audience_size, eligible, completed_at)
      VALUES (${agencyId}, 'Gulf coast, everybody', 'bulk', ${templateId}, 1, '{}', 'completed', ${hugeAudience}, ${hugeAudience}, now())
      RETURNING id`.execute(tx);
    const blastId = rows[0]?.id ?? "";
    await sql`INSERT INTO blast_progress (blast_id, shard, agency_id, accepted)
      VALUES (${blastId}, 0, ${agencyId}, ${hugeAudience})`.execute(tx);
    await sql`
      INSERT INTO deliveries (blast_id, seq, agency_id, customer_id, address, address_key, state, attempt)
      SELECT ${blastId}, n, ${agencyId}, ${customerId}, 'c' || n || '@example.org', 'c' || n || '@example.org', 'accepted', 1
      FROM generate_series(1, ${hugeAudience}::int) n`.execute(tx);
    return blastId;
  });
}

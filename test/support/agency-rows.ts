// Agencies, customers and templates as rows, without the api: for tests of what happens behind it.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { insertAgency } from "#core/adapters/postgres/agencies/insert-agency.ts";
import type { AudienceJson } from "#core/adapters/postgres/audience/source.ts";
import { orderBlast } from "#core/adapters/postgres/blasts/order.ts";
import { topUp } from "#core/adapters/postgres/credits-admin/top-up.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import { announce } from "#core/adapters/postgres/outbox/announce.ts";
import type { LaneText } from "#core/adapters/postgres/schema.ts";
import { createTemplate } from "#core/adapters/postgres/templates/create-template.ts";
import { laneOf } from "#core/domain/delivery/lane.ts";
import { workEnvelope } from "#core/runtime/envelope.ts";
import { create } from "@bufbuild/protobuf";
import { SendBlastToCustomerListSchema } from "#gen/fanfare/work/v1/send_blast_to_customer_list_pb.js";

/** An agency that can send. */
export type AgencyRows = { agencyId: string; userId: string; templateId: string; domain: string };

type Settings = Parameters<typeof insertAgency>[1];

/** An agency with credits, an admin and a template. Addresses are not verified unless `settings` say so. */
export async function createAgencyRows(
  database: Database,
  o: { credits?: number; settings?: Partial<Settings> } = {},
): Promise<AgencyRows> {
  const domain = `a${randomUUID().slice(0, 8)}.example.com`;
  return database.asSystem(async (tx) => {
    const settings = {
      name: "Storm Insurance",
      sending_domain: domain,
      verify_addresses: false,
      ...o.settings,
    };
    const { id: agencyId } = await insertAgency(tx, settings);
    await topUp(tx, agencyId, o.credits ?? 1_000_000, "test");
    const email = `ada@${domain}`;
    const { id: userId } = await tx
      .insertInto("users")
      .values({ agency_id: agencyId, email, email_key: email, role: "admin" })
      .returning("id")
      .executeTakeFirstOrThrow();
    const templateId = await createTemplate(tx, agencyId, "Storm", {
      subject: "A storm, {{customer.first_name}}",
      html: "<p>{{customer.first_name}}: {{blast.custom_message}}</p><a href='{{unsubscribe_url}}'>no more</a>",
      text: "{{customer.first_name}}: {{blast.custom_message}} {{unsubscribe_url}}",
    });
    return { agencyId, userId, templateId, domain };
  });
}

/** `count` active customers; addresses are unique. Answers their ids, in the order in which they are frozen. */
export async function createCustomerRows(
  database: Database,
  agencyId: string,
  count: number,
  localPart = "c",
): Promise<string[]> {
  const prefix = `${localPart}-${randomUUID().slice(0, 6)}-`;
  const { rows } = await database.withAgency(agencyId, (tx) =>
    sql<{ id: string }>`
      INSERT INTO customers (agency_id, email, address_key, first_name)
      SELECT ${agencyId}, ${prefix} || n || '@example.org', ${prefix} || n || '@example.org', 'C' || n
      FROM generate_series(1, ${count}::int) n RETURNING id`.execute(tx),
  );
  return rows.map(({ id }) => id).toSorted();
}

/** What a blast of a test is made of; all but agency and audience has a default. */
export type BlastRows = {
  audience: AudienceJson;
  lane?: LaneText;
  key?: string;
  customMessage?: string;
  templateVersion?: number;
};

/** Accepts a blast as the api does: rows and outbox in one transaction. The relay or `publish` brings it to the queue. */
export async function acceptBlastRows(database: Database, agency: AgencyRows, o: BlastRows): Promise<string> {
  const { agencyId, userId, templateId } = agency;
  const { lane = "standard", key = randomUUID() } = o;
  return database.withAgency(agencyId, async (tx) => {
    const { blastId, replayed } = await orderBlast(tx, key, {
      agencyId, userId, name: "Test", lane, templateId,
      templateVersion: o.templateVersion ?? 0, customMessage: o.customMessage ?? "Be safe.", audience: o.audience,
    }); // prettier-ignore
    if (!replayed) await announce(tx, agencyId, listEnvelope(agency, blastId, { lane, key }));
    return blastId;
  });
}

/** The order that makes list-sender take up a blast. */
export function listEnvelope(
  { agencyId, userId }: AgencyRows,
  blastId: string,
  o: { lane?: LaneText; key?: string } = {},
) {
  const message = create(SendBlastToCustomerListSchema, {
    agencyId,
    userId,
    lane: laneOf[o.lane ?? "standard"],
    idempotencyKey: o.key ?? randomUUID(),
    order: { case: "blastId", value: blastId },
  });
  return workEnvelope(SendBlastToCustomerListSchema, message, { source: "test", timeMs: Date.now() });
}

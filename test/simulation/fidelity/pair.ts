// The same agency twice: as rows of PostgreSQL behind the real ports, and in memory behind the simulator's.
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createBlastStore } from "#core/adapters/postgres/blast-store.ts";
import type { Database } from "#core/adapters/postgres/database.ts";
import { createDeliveryStore } from "#core/adapters/postgres/delivery-store.ts";
import { createTimerStore } from "#core/adapters/postgres/timer-store.ts";
import { createAgencyRows, type AgencyRows } from "#test/support/agency-rows.ts";
import { passTime as passRowTime } from "#test/support/pass-time.ts";
import type { Chance } from "../engine/chance.ts";
import {
  createMemoryBlastStore,
  createMemoryDeliveryStore,
  createMemoryTimerStore,
  type Transactions,
} from "../memory/stores.ts";
import { topUp } from "../memory/steer.ts";
import { sound } from "../memory/switches.ts";
import { createMemoryDatabase, type MemoryDatabase } from "../memory/tables.ts";

export type Side = {
  blasts: ReturnType<typeof createBlastStore>;
  deliveries: ReturnType<typeof createDeliveryStore>;
  timers: ReturnType<typeof createTimerStore>;
};

export type Pair = {
  database: Database;
  memory: MemoryDatabase;
  real: Side;
  model: Side;
  agency: AgencyRows;
  customers: { id: string; addressKey: string }[];
  listId: string;
  /** Ids of the same blast on both sides; each is known by its place. */
  known: { real: string; model: string }[];
  passTime(ms: number): Promise<void>;
};

const customerCount = 8;
// What passTime of the tests does not move.
const moreMoments = { blasts: ["leaves_at", "feed_after"], schedules: ["next_at"] } as const;

const atOnce: Transactions = {
  once: (_name, work) => Promise.resolve().then(work),
  open: (_name, _locks, read, write) => Promise.resolve().then(() => write(read())),
};

export async function createPair(database: Database, chance: Chance, switches = sound): Promise<Pair> {
  const credits = chance.pick([5, 20, 1_000]);
  const policy = {
    doubt_policy: chance.pick(["hold", "resend"] as const),
    unknown_address_policy: chance.pick(["send", "skip"] as const),
  };
  const undoSeconds = chance.pick([0, 15]);
  const verify_addresses = chance.hits(0.5);
  const agency = await createAgencyRows(database, {
    credits,
    settings: { name: "Agency", verify_addresses, ...policy, undo_seconds: undoSeconds },
  });
  let aheadMs = 0;
  const memory = createMemoryDatabase({
    nowMs: () => performance.timeOrigin + performance.now() + aheadMs,
    newId: randomUUID,
    pageRows: 10_000,
    switches,
  });
  memory.agencies.set(agency.agencyId, {
    id: agency.agencyId, domain: agency.domain, doubtPolicy: policy.doubt_policy, undoMs: undoSeconds * 1_000,
    unknownAddressPolicy: policy.unknown_address_policy, verifyAddresses: verify_addresses, standing: "good", paused: false, balance: 0,
  }); // prettier-ignore
  topUp(memory, agency.agencyId, credits);
  memory.users.set(agency.userId, { agencyId: agency.agencyId, active: true });
  memory.templates.set(agency.templateId, agency.agencyId);
  const customers = await createCustomers(database, memory, agency.agencyId, chance);
  const listId = await createList(database, memory, agency.agencyId, customers.map(({ id }) => id)); // prettier-ignore
  return {
    database, memory, agency, customers, listId, known: [],
    real: { blasts: createBlastStore(database), deliveries: createDeliveryStore(database), timers: createTimerStore(database) },
    model: { blasts: createMemoryBlastStore(memory, atOnce), deliveries: createMemoryDeliveryStore(memory, atOnce), timers: createMemoryTimerStore(memory, atOnce) },
    async passTime(ms) {
      aheadMs += ms;
      await passRowTime(database, ms);
      await database.asSystem(async (tx) => {
        for (const [table, columns] of Object.entries(moreMoments)) {
          const moved = columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(column)} - make_interval(secs => ${ms / 1_000})`);
          await sql`UPDATE ${sql.table(table)} SET ${sql.join(moved)}`.execute(tx);
        }
      });
    },
  }; // prettier-ignore
}

async function createCustomers(database: Database, memory: MemoryDatabase, agencyId: string, chance: Chance) {
  const made = [];
  for (let n = 0; n < customerCount; n++) {
    const addressKey = `c${n > 0 && chance.hits(0.25) ? n - 1 : n}@example.org`;
    const status = chance.hits(0.1) ? "inactive" : "active";
    const { id } = await database.withAgency(agencyId, (tx) =>
      tx
        .insertInto("customers")
        .values({
          agency_id: agencyId,
          email: addressKey,
          address_key: addressKey,
          first_name: "Ada",
          status,
        })
        .returning("id")
        .executeTakeFirstOrThrow(),
    );
    memory.customers.set(id, { id, agencyId, addressKey, email: addressKey, firstName: "Ada", status });
    made.push({ id, addressKey });
  }
  return made;
}

async function createList(
  database: Database,
  memory: MemoryDatabase,
  agencyId: string,
  ids: string[],
): Promise<string> {
  const { id: listId } = await database.withAgency(agencyId, async (tx) => {
    const list = await tx
      .insertInto("customer_lists")
      .values({ agency_id: agencyId, name: "All" })
      .returning("id")
      .executeTakeFirstOrThrow();
    const members = ids.map((customer_id) => ({ list_id: list.id, customer_id, agency_id: agencyId }));
    await tx.insertInto("customer_list_members").values(members).execute();
    return list;
  });
  memory.lists.set(listId, ids);
  return listId;
}

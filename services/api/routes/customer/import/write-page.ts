import { addMembers } from "#core/adapters/postgres/customer-lists/add-members.ts";
import { findOrCreateLists } from "#core/adapters/postgres/customer-lists/find-or-create-lists.ts";
import { countNewCustomers } from "#core/adapters/postgres/customers/count-matches.ts";
import { importRows, type ImportedColumns } from "#core/adapters/postgres/customers/import-rows.ts";
import type { Database, Tx } from "#core/adapters/postgres/database.ts";
import { suppress } from "#core/adapters/postgres/suppressions/suppress.ts";
import type { Columns } from "#core/domain/import/read-header.ts";
import type { ImportRow } from "#core/domain/import/read-row.ts";

/** What holds for every page of one import. */
export type ImportPlan = {
  agencyId: string;
  columns: Columns;
  /** List for every row; empty for none. */
  listName: string;
  dryRun: boolean;
};

export type WrittenPage = { created: number; listId: string };

/** Writes a page in one transaction: customers, their lists, and suppressions, whose gate is closed last and so only shortly. */
export async function writePage(
  database: Database,
  plan: ImportPlan,
  rows: readonly ImportRow[],
): Promise<WrittenPage> {
  const { agencyId, listName } = plan;
  return database.withAgency(agencyId, async (tx) => {
    if (plan.dryRun) return { created: await countNewCustomers(tx, agencyId, rows), listId: "" };
    const { customerIds, created } = await importRows(tx, agencyId, rows, importedColumns(plan.columns));
    const listIds = await putOnLists(tx, plan, rows, customerIds);
    await suppress(tx, {
      agencyId,
      suppressions: rows.flatMap(({ addressKey, suppressions }) =>
        suppressions.map((reason) => ({ addressKey, reason })),
      ),
      source: "import",
      announcedBy: "api",
    });
    return { created, listId: listIds.get(listName) ?? "" };
  });
}

async function putOnLists(
  tx: Tx,
  { agencyId, listName }: ImportPlan,
  rows: readonly ImportRow[],
  customerIds: readonly string[],
): Promise<Map<string, string>> {
  const wanted = rows.flatMap((row, index) =>
    [listName, row.list ?? ""]
      .filter((name) => name !== "")
      .map((name) => ({ name, customerId: customerIds[index]! })),
  );
  if (wanted.length === 0) return new Map();
  const listIds = await findOrCreateLists(tx, agencyId, [...new Set(wanted.map(({ name }) => name))]);
  const members = wanted.map(({ name, customerId }) => ({ listId: listIds.get(name)!, customerId }));
  await addMembers(tx, agencyId, members);
  return listIds;
}

function importedColumns({ fields }: Columns): ImportedColumns {
  return {
    firstName: fields.first_name !== undefined,
    lastName: fields.last_name !== undefined,
    locale: fields.locale !== undefined,
    status: fields.status !== undefined,
  };
}

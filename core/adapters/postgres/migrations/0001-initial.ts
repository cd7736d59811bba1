import { sql, type Kysely } from "kysely";
import { blastTables, deliveryTables } from "./0001/blasts.ts";
import { functions } from "./0001/functions.ts";
import { peopleTables } from "./0001/people.ts";
import { providerTables } from "./0001/provider.ts";
import { rowLevelSecurity } from "./0001/row-level-security.ts";
import { systemTables } from "./0001/system.ts";

/** Everything that Fanfare remembers. Each part is a file in `0001/`, in the order in which they depend on each other. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const part of [
    functions,
    peopleTables,
    blastTables,
    deliveryTables,
    providerTables,
    systemTables,
    rowLevelSecurity,
  ]) {
    await sql.raw(part).execute(database);
  }
}

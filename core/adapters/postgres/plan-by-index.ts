import { sql } from "kysely";
import type { Tx } from "./database.ts";

/**
 * Plans that are made behind this in the transaction read no table from its beginning to its end if there is another way. For prepared statements
 * on tables that grow: a plan that was made while a table was small, and is kept with the connection, would. It takes no round trip of its own.
 */
export async function planByIndex(tx: Tx): Promise<void> {
  await sql`/* with the next */ SET LOCAL enable_seqscan = off`.execute(tx);
}

/**
 * The same for statements that are known to find few rows: they look them up one by one, and their plan is kept whatever they are asked for,
 * where to make it anew costs more than to follow it.
 */
export async function planForFew(tx: Tx): Promise<void> {
  await sql`
    /* with the next */ SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
    SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off`.execute(tx);
}

/**
 * The same for statements that may find any number of rows: their plan is kept whatever they are asked for and however full the tables were when it
 * was made. It looks up one by one only what stands in a LATERAL, and joins all else by hash.
 */
export async function planForAnyNumber(tx: Tx): Promise<void> {
  await sql`
    /* with the next */ SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
    SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off`.execute(tx);
}

/**
 * The same for statements that read what comes next in the order of an index, as far as their LIMIT: their plan follows the index and sorts only what
 * stands at one place of it, however much lies behind and whatever was known of it when the plan was made.
 */
export async function planInOrder(tx: Tx): Promise<void> {
  await sql`
    /* with the next */ SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
    SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off; SET LOCAL max_parallel_workers_per_gather = 0`.execute(
    tx,
  );
}

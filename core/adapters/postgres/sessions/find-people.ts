import { sql } from "kysely";
import type { Tx } from "../database.ts";
import type { RoleText } from "../schema.ts";

/** A person who may sign in: a user of one agency, or an operator of the platform. */
export type Person = {
  kind: "user" | "operator";
  id: string;
  /** Set for users. */
  agencyId: string | null;
  role: RoleText | null;
  email: string;
  name: string;
  /** Undefined-like null: this person was invited and has set no password yet. */
  passwordHash: string | null;
};

// One address may be a user of several agencies; each password that is tried costs a tenth of a second.
const maxPeople = 5;

const people = sql`
  (SELECT 'operator' AS kind, o.id, NULL::uuid AS "agencyId", NULL::text AS role, o.email, o.email_key, o.name
   FROM operators o WHERE o.active
   UNION ALL
   SELECT 'user', u.id, u.agency_id, u.role, u.email, u.email_key, u.name FROM users u WHERE u.active) p
  LEFT JOIN passwords w ON w.holder_id = p.id`;

/** Active people with this address, operators first, then the longest known; at most five. Runs as system. */
export async function findPeople(tx: Tx, emailKey: string): Promise<Person[]> {
  const found = await sql<Person>`
    SELECT p.kind, p.id, p."agencyId", p.role, p.email, p.name, w.hash AS "passwordHash"
    FROM ${people} WHERE p.email_key = ${emailKey}
    ORDER BY p.kind, p.id LIMIT ${maxPeople}`.execute(tx);
  return found.rows;
}

/** One active person by id. Runs as system. */
export async function readPerson(tx: Tx, id: string): Promise<Person | undefined> {
  const found = await sql<Person>`
    SELECT p.kind, p.id, p."agencyId", p.role, p.email, p.name, w.hash AS "passwordHash"
    FROM ${people} WHERE p.id = ${id}`.execute(tx);
  return found.rows[0];
}

import { sql } from "kysely";
import type { SuppressionReasonText } from "../schema.ts";

/** A customer with the suppressions of its address at this time. */
export interface CustomerRecord {
  id: string;
  external_id: string | null;
  email: string;
  first_name: string;
  last_name: string;
  locale: string;
  status: "active" | "inactive";
  attributes: Record<string, string>;
  suppressed: SuppressionReasonText[];
  created_at: Date;
  updated_at: Date;
}

/** What a caller may say of a customer, ready to be stored. */
export interface CustomerValues {
  /** Null when the agency has no key of its own for it. */
  externalId: string | null;
  email: string;
  addressKey: string;
  firstName: string;
  lastName: string;
  locale: string;
  status: "active" | "inactive";
  attributes: Record<string, string>;
}

/** Columns of a `CustomerRecord` from `customers c`. */
export const customerColumns = sql`
  c.id, c.external_id, c.email, c.first_name, c.last_name, c.locale, c.status, c.attributes, c.created_at, c.updated_at,
  ARRAY(SELECT s.reason FROM suppressions s
    WHERE s.agency_id = c.agency_id AND s.address_key = c.address_key ORDER BY s.reason) AS suppressed`;

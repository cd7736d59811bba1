import { sql, type RawBuilder } from "kysely";

/** Whom a blast is for, as the contract's Audience message in JSON (protojson). */
export interface AudienceJson {
  customers?: { ids?: string[] };
  listId?: string;
  filter?: { emailDomain?: string; locale?: string; attributes?: Record<string, string> };
}

/**
 * SQL that yields the customers of an audience as alias `c`, without those that were deleted: `FROM …` and everything behind
 * it up to and including a WHERE that more conditions can be added to with AND.
 */
export function audienceFrom(agencyId: string, audience: AudienceJson): RawBuilder<unknown> {
  const ofAgency = sql`c.agency_id = ${agencyId} AND c.status <> 'deleted'`;
  if (audience.listId !== undefined) {
    return sql`FROM customer_list_members m JOIN customers c ON c.id = m.customer_id WHERE m.list_id = ${audience.listId} AND ${ofAgency}`;
  }
  if (audience.filter !== undefined) {
    return sql`FROM customers c WHERE ${ofAgency} ${filterConditions(audience.filter)}`;
  }
  return sql`FROM customers c WHERE c.id = ANY(${audience.customers?.ids ?? []}::uuid[]) AND ${ofAgency}`;
}

/**
 * SQL behind `audienceFrom` that leaves a page: the next `rows` customers by id. The bound stands at the list's column and at the customers', for
 * PostgreSQL carries an equality from one to the other but no inequality: with either alone each page reads the other from its beginning, and a
 * million cost twice as much a customer as ten thousand.
 */
export function audiencePage(
  audience: AudienceJson,
  after: string | null,
  rows: number,
): RawBuilder<unknown> {
  const ofList = audience.listId !== undefined;
  const bound = ofList
    ? sql`AND m.customer_id > ${after}::uuid AND c.id > ${after}::uuid`
    : sql`AND c.id > ${after}::uuid`;
  return sql`${after === null ? sql`` : bound} ORDER BY ${ofList ? sql`m.customer_id` : sql`c.id`} LIMIT ${rows}`;
}

function filterConditions(filter: NonNullable<AudienceJson["filter"]>): RawBuilder<unknown> {
  const conditions: RawBuilder<unknown>[] = [];
  if (filter.emailDomain) {
    const suffix = `@${filter.emailDomain.toLowerCase()}`;
    conditions.push(sql`AND right(c.address_key, ${suffix.length}) = ${suffix}`);
  }
  if (filter.locale) conditions.push(sql`AND c.locale = ${filter.locale}`);
  if (filter.attributes && Object.keys(filter.attributes).length > 0) {
    conditions.push(sql`AND c.attributes @> ${JSON.stringify(filter.attributes)}::jsonb`);
  }
  return sql.join(conditions, sql` `);
}

/**
 * SQL for the reason, if any, for which a customer of an audience is skipped when it is frozen. The same rules as `skipReason` in
 * core/domain/delivery/decide.ts, in sets instead of one by one; a test holds the two together. Expects aliases c, s and v of
 * `audienceJudgements`.
 */
export const frozenSkipReason = sql`CASE
  WHEN c.status <> 'active' THEN 'inactive'
  WHEN s.opted_out THEN 'opted_out'
  WHEN s.complained THEN 'complained'
  WHEN s.bounced THEN 'bounced'
  WHEN s.invalid THEN 'invalid_address'
  WHEN v.result = 'undeliverable' THEN 'invalid_address'
  WHEN v.result = 'unknown' AND a.unknown_address_policy = 'skip' THEN 'unverified_address'
END`;

/** SQL joins that bring what is known of an address to customers `c`. */
export const audienceJudgements = sql`
  JOIN agencies a ON a.id = c.agency_id
  LEFT JOIN LATERAL (
    SELECT bool_or(reason = 'opted_out') AS opted_out, bool_or(reason = 'complained') AS complained,
           bool_or(reason = 'bounced') AS bounced, bool_or(reason = 'invalid') AS invalid
    FROM suppressions WHERE suppressions.agency_id = c.agency_id AND suppressions.address_key = c.address_key
  ) s ON true
  LEFT JOIN address_verdicts v ON v.agency_id = c.agency_id AND v.address_key = c.address_key
    AND v.expires_at > now() AND a.verify_addresses`;

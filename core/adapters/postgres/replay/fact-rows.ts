import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { type Fact, FactSchema } from "#gen/fanfare/event/v1/facts_pb.js";
import { sql } from "kysely";

/** A fact as its table holds it. Times are microseconds since 1970, for PostgreSQL has them and JavaScript's dates have not. */
export type FactRow = { agency_id: string } & (
  | {
      part: 1;
      source_id: string;
      seq: number;
      step: number;
      customer_id: string;
      kind: string;
      at_us: number;
      data: string;
    }
  | {
      part: 2;
      version: number;
      removed: boolean;
      address_key: string;
      reason: string;
      source: string;
      at_us: number;
    }
);

// In floating point, which keeps every microsecond until 2106 and costs a fraction of what PostgreSQL's exact numbers do.
const microsOfColumn = (column: "at" | "since") =>
  sql`round(date_part('epoch', ${sql.ref(column)}) * 1000000)::bigint AS at_us`;

/** What both kinds of facts are selected as. */
export const activityColumns = sql`1 AS part, agency_id, source_id, seq, step::int AS step, customer_id, kind,
  ${microsOfColumn("at")}, data::text AS data`;
export const suppressionColumns = sql`2 AS part, agency_id, version, removed, address_key, reason, source,
  ${microsOfColumn("since")}`;

const microsPerSecond = 1_000_000;
const nanosPerMicro = 1_000;

/** A row as the contract writes it. */
export function factOf(row: FactRow): Fact {
  const time = timestampOf(row.at_us);
  const of: MessageInitShape<typeof FactSchema>["of"] =
    row.part === 1
      ? {
          case: "activity",
          value: {
            sourceId: row.source_id,
            sequence: row.seq,
            step: row.step,
            customerId: row.customer_id,
            kind: row.kind,
            at: time,
            dataJson: row.data,
          },
        }
      : {
          case: "suppression",
          value: {
            version: BigInt(row.version),
            removed: row.removed,
            addressKey: row.address_key,
            reason: row.reason,
            source: row.source,
            since: time,
          },
        };
  return create(FactSchema, { of });
}

/** The row of a fact; undefined for a kind of fact that a newer contract has. */
export function rowOf(agencyId: string, { of }: Fact): FactRow | undefined {
  switch (of.case) {
    case "activity": {
      const { sourceId, sequence, step, customerId, kind, at, dataJson } = of.value;
      return {
        part: 1,
        agency_id: agencyId,
        source_id: sourceId,
        seq: sequence,
        step,
        customer_id: customerId,
        kind,
        at_us: microsOf(at),
        data: dataJson,
      };
    }
    case "suppression": {
      const { version, removed, addressKey, reason, source, since } = of.value;
      return {
        part: 2,
        agency_id: agencyId,
        version: Number(version),
        removed,
        address_key: addressKey,
        reason,
        source,
        at_us: microsOf(since),
      };
    }
    default:
      return undefined;
  }
}

/** Microseconds since 1970 as the contract has them. */
export function timestampOf(micros: number): { seconds: bigint; nanos: number } {
  const seconds = Math.floor(micros / microsPerSecond);
  return { seconds: BigInt(seconds), nanos: (micros - seconds * microsPerSecond) * nanosPerMicro };
}

function microsOf(time: Timestamp | undefined): number {
  return time === undefined ? 0 : Number(time.seconds) * microsPerSecond + time.nanos / nanosPerMicro;
}

import { bytesField, textField, uintField } from "#core/runtime/wire.ts";
import { FactSchema, LoggedActivitySchema, SuppressionChangeSchema } from "#gen/fanfare/event/v1/facts_pb.js";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { type FactRow, timestampOf } from "./fact-rows.ts";

const { activity, suppression } = FactSchema.field;
const { sourceId, sequence, step, customerId, kind, at, dataJson } = LoggedActivitySchema.field;
const { version, removed, addressKey, reason, source, since } = SuppressionChangeSchema.field;
const { seconds, nanos } = TimestampSchema.field;

/** `factOf(row)` in protobuf, as a byte string: there is a fact for every transition of every mail. */
export function writeFact(row: FactRow): string {
  if (row.part === 2) return bytesField(suppression.number, suppressionOf(row));
  return bytesField(
    activity.number,
    textField(sourceId.number, row.source_id) +
      uintField(sequence.number, row.seq) +
      uintField(step.number, row.step) +
      textField(customerId.number, row.customer_id) +
      textField(kind.number, row.kind) +
      bytesField(at.number, timeOf(row.at_us)) +
      textField(dataJson.number, row.data),
  );
}

function suppressionOf(row: FactRow & { part: 2 }): string {
  return (
    uintField(version.number, row.version) +
    uintField(removed.number, row.removed ? 1 : 0) +
    textField(addressKey.number, row.address_key) +
    textField(reason.number, row.reason) +
    textField(source.number, row.source) +
    bytesField(since.number, timeOf(row.at_us))
  );
}

function timeOf(micros: number): string {
  const time = timestampOf(micros);
  return uintField(seconds.number, Number(time.seconds)) + uintField(nanos.number, time.nanos);
}

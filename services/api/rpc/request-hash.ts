import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { requestHash } from "#core/adapters/postgres/idempotency/remember.ts";

/** What makes a request what it is: all of it but the key it came under. Maps are written in one order, so equal requests hash equally. */
export function hashOf<D extends DescMessage>(desc: D, request: MessageShape<D>): Buffer {
  return requestHash(
    desc.typeName,
    toBinary(desc, sorted({ ...request, idempotencyKey: "" }), { writeUnknownFields: false }),
  );
}

/** A copy whose plain objects (maps and messages) have their keys in order; what is no plain object stays. */
function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as T;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, held]) => [name, sorted(held)])) as T;
}

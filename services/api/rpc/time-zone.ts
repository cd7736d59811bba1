import { Code } from "@connectrpc/connect";
import { fail } from "./fail.ts";

const known = new Map(Intl.supportedValuesOf("timeZone").map((name) => [name.toLowerCase(), name]));

/** An IANA time zone in its usual spelling. Throws InvalidArgument; offsets such as +05:00 are no zones, for they know no summer. */
export function checkTimeZone(text: string, field: string): string {
  const usual = known.get(text.toLowerCase());
  if (usual !== undefined) return usual;
  if (/^[A-Za-z]/.test(text)) {
    try {
      // Older names (links) are in no list, and are zones all the same.
      new Intl.DateTimeFormat("en", { timeZone: text });
      return text;
    } catch {
      // Told below.
    }
  }
  throw fail(Code.InvalidArgument, {
    reason: "unknown_time_zone",
    message: `${JSON.stringify(text)} is not a time zone.`,
    field,
    hint: "Use an IANA name, for example America/Chicago or Europe/Berlin.",
  });
}

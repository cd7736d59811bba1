/** IANA names of all zones that the browser knows, for choosing one. */
export function timeZones(): readonly string[] {
  known ??= Intl.supportedValuesOf("timeZone");
  return known;
}

let known: readonly string[] | undefined;

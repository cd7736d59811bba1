import type { ImportError } from "#gen/fanfare/api/v1/customer_pb.js";

/** The errors of an import as a CSV file. */
export function errorsCsv(errors: readonly ImportError[]): string {
  const lines = errors.map(({ line, column, message }) =>
    [String(line), column, message].map(cell).join(","),
  );
  return ["line,column,message", ...lines, ""].join("\r\n");
}

/** Quoted, and never a formula: a spreadsheet runs what begins with one of these signs. */
function cell(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${harmless.replaceAll('"', '""')}"`;
}

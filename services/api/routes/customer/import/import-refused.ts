import { Code, type ConnectError } from "@connectrpc/connect";
import type { FileProblem } from "#core/domain/import/file-problem.ts";
import { fail } from "../../../rpc/fail.ts";

/** The file cannot be read (further). Thrown through the streams, and told to the caller by `refusal`. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
  readonly problem: FileProblem;
  constructor(problem: FileProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What the caller is told. Pages before the fault are imported; saying so keeps people from fearing a second try. */
export function refusal({ problem }: ImportRefused, importedRows: number): ConnectError {
  const before =
    importedRows === 0
      ? "Nothing was imported."
      : `The ${importedRows} rows before it were imported; importing the mended file again changes them no further.`;
  return fail(Code.InvalidArgument, {
    reason: problem.reason,
    message: `${problem.message} ${before}`,
    field: "csv",
    hint: problem.hint,
  });
}

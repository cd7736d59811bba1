/** Why a whole file cannot be imported (further): a code for programs, and sentences that say where and how to mend it. */
export type FileProblem = { reason: FileProblemReason; message: string; hint: string };

export type FileProblemReason =
  | "unknown_encoding"
  | "wrong_encoding"
  | "empty_file"
  | "missing_email_column"
  | "ambiguous_column"
  | "too_many_columns"
  | "unknown_mapping_field"
  | "unknown_mapping_column"
  | "unreadable_csv";

import { toJson, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { wantsColour, type Io } from "../io.ts";
import { createStyle, type Style } from "./style.ts";
import { line, measure, titles, type Column } from "./table.ts";

/** Where a command puts what it has to say: for people, or, under --json, one document a line for programs. */
export type Output = {
  json: boolean;
  /** True when lines may be redrawn in place. */
  live: boolean;
  style: Style;
  columns: () => number;
  /** Standard output, as it is. */
  write: (text: string) => void;
  /** A line of the result for people. */
  line: (text?: string) => void;
  /** A line beside the result, on standard error. */
  note: (text: string) => void;
  /** The result: the message itself under --json, else what `forPeople` prints. */
  show: <Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>, forPeople: () => void) => void;
  /** A table for people. */
  table: <Row>(columns: readonly Column<Row>[], rows: readonly Row[], widths?: readonly number[]) => void;
};

/** A message as one line of JSON, zeros and empty texts included, so that a program finds every field. */
export function toDocument<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): string {
  return JSON.stringify(toJson(schema, message, { alwaysEmitImplicit: true }));
}

export function createOutput(io: Io, json: boolean): Output {
  const style = createStyle(!json && wantsColour(io));
  const print = (text = "") => io.write(`${text}\n`);
  return {
    json,
    live: !json && io.interactive,
    style,
    columns: io.columns,
    write: io.write,
    line: print,
    note: (text) => io.writeError(`${text}\n`),
    show: (schema, message, forPeople) => {
      if (json) print(toDocument(schema, message));
      else forPeople();
    },
    table: (columns, rows, known) => {
      const widths = known ?? measure(columns, rows);
      if (known === undefined) print(style.dim(titles(columns, widths)));
      for (const row of rows) print(line(columns, widths, row));
    },
  };
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../bootstrap/tools.ts";

/** What a golden vector of proto/testdata says, as far as an example needs it. */
export type Example = {
  name: string;
  vector: { subject: string; headers: Record<string, string>; json: unknown };
};

const directory = join(ROOT, "proto/testdata");

/** The golden vectors of a type: one, or one for each alternative of its oneofs. */
export function examplesOf(typeName: string): Example[] {
  const own = new RegExp(`^${typeName.replaceAll(".", "\\.")}(-.*)?\\.json$`);
  return readdirSync(directory)
    .filter((file) => own.test(file))
    .toSorted()
    .map((file) => ({
      name: file.slice(typeName.length + 1, -".json".length) || "example",
      vector: JSON.parse(readFileSync(join(directory, file), "utf8")) as Example["vector"],
    }));
}

// The workers that `make conformance` judges when it is given none.
import { join } from "node:path";
import { toolPath } from "#dev/bootstrap/tools.ts";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";

/** A path as a shell reads it. */
export const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`;
const inProject = (path: string) => quoted(join(PROJECT_DIRECTORY, path));

/** Shares a durable with the worker under test where it must stand beside another. */
export const referenceWorker = `${quoted(process.execPath)} ${inProject("test/conformance/worker.ts")}`;

/** A column of the table. `command` is a shell's; it may take a minute to be found, since Go builds it once. */
export type Language = { name: string; command: () => string };

export const languages: readonly Language[] = [
  { name: "TypeScript", command: () => referenceWorker },
  { name: "Go", command: () => quoted(toolPath("conformance-worker")) },
  {
    name: "Python",
    command: () => `${inProject("dev/bootstrap/python")} ${inProject("kits/python/conformance_worker.py")}`,
  },
];

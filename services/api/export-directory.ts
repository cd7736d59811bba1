import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExportFiles } from "./deps.ts";

// Large enough that a message's overhead does not count, small enough for thousands of downloads at once.
const pieceBytes = 256 * 1024;

/** Exported files in a directory that the exporter shares with the API; `url` is file:///…. */
export function exportDirectory(url: string): ExportFiles {
  const root = resolve(fileURLToPath(url));
  return {
    async read(file, offset) {
      const path = join(root, file);
      // Names come from our own rows, whose form the contract checks; this is the second lock.
      if (!path.startsWith(root + sep)) throw new Error(`${file} lies outside the directory of exports`);
      const size = await stat(path).then(
        (found) => found.size,
        () => undefined,
      );
      if (size === undefined) return undefined;
      return createReadStream(path, { start: Math.min(offset, size), highWaterMark: pieceBytes });
    },
  };
}

import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { ConfigError, integerVariable, readConfig } from "#core/runtime/config.ts";
import { createLogger } from "#core/runtime/log.ts";
import { z } from "zod";
import { connectNats } from "./connect.ts";
import { applyTopology, diffTopology } from "./topology.ts";

// `make streams`: shows how the broker differs from the contracts, and applies them. With --dry-run it only shows, and exits 2 on a difference.
const dryRun = process.argv.includes("--dry-run");
const unknown = process.argv
  .slice(2)
  .filter((argument) => argument !== "--dry-run" && argument !== "--apply");

try {
  if (unknown.length > 0)
    throw new ConfigError(
      `Unknown option ${unknown.join(" ")}. There are --apply (the default) and --dry-run.`,
    );
  const { NATS_URL, FANFARE_NATS_REPLICAS } = readConfig({
    NATS_URL: z.string().describe("the broker's address, for example nats://127.0.0.1:4222"),
    FANFARE_NATS_REPLICAS: integerVariable(1, 5).default(1).describe("copies of each stream: 1, 3 or 5"),
  });
  const log = createLogger({ service: "streams", level: "silent" });
  const connection = await connectNats({ url: NATS_URL, name: "fanfare-streams", log, once: true });
  const descs = [...allWorkContracts, ...allEventContracts];
  const options = { replicas: FANFARE_NATS_REPLICAS };
  const changes = await (dryRun ? diffTopology : applyTopology)(connection, descs, options);
  await connection.close();
  const differing = changes.filter(({ action }) => action !== "keep").length;
  for (const { text } of changes) console.log(text);
  if (differing === 0) console.log("The broker agrees with the contracts.");
  else console.log(dryRun ? `${differing} would change.` : `${differing} changed.`);
  const left = changes.some(({ action }) => action === "leave");
  process.exitCode = left ? 1 : dryRun && differing > 0 ? 2 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

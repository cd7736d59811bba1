// One PostgreSQL and one NATS for a whole vitest run. A test reads their addresses with
// `inject("databaseUrl")` and `inject("natsUrl")`, and clones its own database or prefixes its own streams there.
import type { TestProject } from "vitest/node";
import { startNats } from "./nats.ts";
import { startPostgres } from "./postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    databaseUrl: string;
    natsUrl: string;
  }
}

/** vitest calls this before the first test, and what it returns after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const starting = [startPostgres(), startNats()] as const;
  await Promise.allSettled(starting);
  const stop = async () => {
    for (const part of starting)
      await part.then(
        (started) => started.stop(),
        () => undefined,
      );
  };
  try {
    const [postgres, nats] = await Promise.all(starting);
    project.provide("databaseUrl", postgres.url);
    project.provide("natsUrl", nats.url);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

import { run } from "#core/runtime/lifecycle.ts";
import { readApiConfig } from "./config.ts";
import { openDeps } from "./open-deps.ts";
import { serveApi } from "./serve.ts";

// The API: who calls, is it allowed, is it valid, one transaction, answer. It never sends mail.
await run({
  start: async () => {
    const { deps, close } = openDeps(readApiConfig());
    const served = await serveApi(deps);
    return { served, close };
  },
  stop: async ({ served, close }) => {
    await served.close();
    await close();
  },
});

import { setTimeout as wait } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Api } from "../../../services/cli/connect/api.ts";
import { connect } from "../../../services/cli/connect/connect.ts";

/** Calls the API as a patient program does: again, at the next instance, with the same key. */
export type Caller = {
  call: <T>(act: (api: Api) => Promise<T>) => Promise<T>;
  close: () => void;
};

/** Half a minute of an API that is away is part of the test; five are not. */
const PATIENCE_MS = 300_000;
const PAUSE_MS = 200;
const MENDABLE = new Set([
  Code.Unavailable,
  Code.Unknown,
  Code.Internal,
  Code.DeadlineExceeded,
  Code.Aborted,
  Code.Canceled,
  Code.ResourceExhausted,
]);

export function createCaller(urls: readonly string[], apiKey: string, agencyId?: string): Caller {
  const instances = urls.map((url) => connect({ url, apiKey, retries: 0, ...(agencyId && { agencyId }) }));
  let turn = 0;
  return {
    call: async (act) => {
      const giveUpAtMs = Date.now() + PATIENCE_MS;
      for (;;) {
        const instance = instances[turn++ % instances.length];
        if (instance === undefined) throw new Error("there is no instance of the API");
        try {
          return await act(instance.api);
        } catch (error) {
          const { code } = ConnectError.from(error);
          if (!MENDABLE.has(code) || Date.now() > giveUpAtMs) throw error;
          await wait(PAUSE_MS * (0.5 + Math.random()));
        }
      }
    },
    close: () => {
      for (const { close } of instances) close();
    },
  };
}

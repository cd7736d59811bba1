import type { Logger } from "#core/runtime/log.ts";

// A minute is exact enough to find keys that nobody uses.
const writeEveryMs = 60_000;
// Keys seen within a minute; what is beyond waits for the next minute.
const maxKeys = 10_000;

/** Remembers which keys were used and writes it once a minute, so that no call waits for it. */
export type LastUsed = {
  note: (keyId: string) => void;
  flush: () => Promise<void>;
  stop: () => Promise<void>;
};

/** `write` stores "used now" for these keys; what fails is noted again by the next use. */
export function createLastUsed(write: (keyIds: string[]) => Promise<void>, log: Logger): LastUsed {
  let used = new Set<string>();
  const flush = async () => {
    if (used.size === 0) return;
    const keyIds = [...used];
    used = new Set();
    await write(keyIds).catch((error: unknown) =>
      log.warn({ err: error }, "the last use of API keys could not be noted"),
    );
  };
  const timer = setInterval(() => void flush(), writeEveryMs).unref();
  return {
    note(keyId) {
      if (used.size < maxKeys) used.add(keyId);
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

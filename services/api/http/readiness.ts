import type { Readiness } from "#core/runtime/health.ts";

// A probe that hangs must not hang the prober, which usually waits 1 s.
const limitMs = 900;
// Health is asked by probes, load balancers and watchers; PostgreSQL need not hear each of them.
const keptMs = 500;

/**
 * Whether the API can answer: PostgreSQL is needed, NATS is not (what cannot be published now is left to the relay). Asked often,
 * it answers from memory for `keptMs`.
 */
export function createReadiness(parts: {
  ping: () => Promise<void>;
  isStopping: () => boolean;
  nowMs: () => number;
}): () => Promise<Readiness> {
  let known: { at: number; answer: Promise<Readiness> } | undefined;
  return () => {
    if (parts.isStopping()) return Promise.resolve({ ok: false, detail: "stopping" });
    if (known === undefined || parts.nowMs() - known.at >= keptMs) {
      known = { at: parts.nowMs(), answer: look(parts.ping) };
    }
    return known.answer;
  };
}

async function look(ping: () => Promise<void>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    const asked = ping();
    asked.catch(() => {});
    await Promise.race([asked, late]);
    return { ok: true, detail: "ready" };
  } catch (error) {
    const why = error instanceof Error && error.message !== "" ? error.message : String(error);
    return { ok: false, detail: `PostgreSQL is away: ${why}` };
  } finally {
    clearTimeout(timer);
  }
}

import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { fateOf } from "./toxics.ts";
import type { Toxic } from "./toxics.ts";

/** A TCP proxy that can be poisoned while it runs. */
export type ToxicProxy = {
  readonly name: string;
  readonly port: number;
  readonly connections: number;
  /** Strikes connections that are open as well as new ones; undefined heals. */
  poison: (toxic: Toxic | undefined) => void;
  /** Resets every connection that is open now. */
  resetNow: () => void;
  /** Resets all and refuses new connections, as a host without the program does, until `up`. */
  down: () => Promise<void>;
  up: () => Promise<void>;
  close: () => Promise<void>;
};

/** Beyond this a delayed direction stops reading, as a network's buffers would. */
const WAITING_BYTES_MAX = 256 * 1024;

/** Passes connections on to a port of this machine. */
export async function startToxicProxy(name: string, targetPort: number): Promise<ToxicProxy> {
  const pairs = new Set<{ inner: Socket; outer: Socket }>();
  let toxic: Toxic | undefined;
  let strikes = 0;
  const state = { toxic: () => toxic, strikes: () => strikes };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (inner) => {
    const outer = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const pair = { inner, outer };
    pairs.add(pair);
    for (const socket of [inner, outer]) {
      socket.on("error", () => destroyBoth(pair));
      socket.once("close", () => {
        pairs.delete(pair);
        destroyBoth(pair);
      });
    }
    pump(inner, outer, pair, state);
    pump(outer, inner, pair, state);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const resetNow = () => {
    for (const pair of pairs) resetBoth(pair);
  };
  const stopListening = () =>
    new Promise<void>((resolve) => {
      // Closing what is closed already is no error here.
      server.close(() => resolve());
      resetNow();
    });
  return {
    name,
    port,
    get connections() {
      return pairs.size;
    },
    poison: (next) => {
      // What a black hole has swallowed is missing in the middle of a stream: such a connection must not live on.
      if (toxic?.kind === "black-hole") resetNow();
      toxic = next;
      strikes += 1;
    },
    resetNow,
    down: stopListening,
    up: () => (server.listening ? Promise.resolve() : listen(port)),
    close: stopListening,
  };
}

type Pair = { inner: Socket; outer: Socket };
type State = { toxic: () => Toxic | undefined; strikes: () => number };

/** Something that leaves at its time: data, or the end. */
type Piece = { atMs: number; data?: Buffer };

/** Carries one direction: pieces leave in their order, each not before its time. */
function pump(from: Socket, to: Socket, pair: Pair, state: State): void {
  const queue: Piece[] = [];
  let queuedBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let strike = state.strikes();
  let carried = 0;
  const flush = () => {
    timer = undefined;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const waitMs = next.atMs - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(flush, waitMs);
        break;
      }
      queue.shift();
      queuedBytes -= next.data?.length ?? 0;
      if (!to.writable) continue;
      if (next.data === undefined) to.end();
      else to.write(next.data);
    }
    const full = queuedBytes > WAITING_BYTES_MAX || to.writableNeedDrain;
    if (full) from.pause();
    else if (from.isPaused()) from.resume();
  };
  const enqueue = (delayMs: number, data?: Buffer) => {
    const now = performance.now();
    // Latency is the same for all; what bandwidth delays queues behind what came before.
    const behind = state.toxic()?.kind === "bandwidth" ? Math.max(now, queue.at(-1)?.atMs ?? 0) : now;
    queue.push({ atMs: Math.max(behind + delayMs, queue.at(-1)?.atMs ?? 0), ...(data && { data }) });
    queuedBytes += data?.length ?? 0;
    if (timer === undefined) flush();
  };
  to.on("drain", () => {
    if (timer === undefined) flush();
  });
  to.once("close", () => clearTimeout(timer));
  from.on("data", (data: Buffer) => {
    if (strike !== state.strikes()) [strike, carried] = [state.strikes(), 0];
    const fate = fateOf(state.toxic(), data.length, carried, Math.random());
    carried += data.length;
    if (fate.kind === "pass") return enqueue(fate.delayMs, data);
    if (fate.kind === "swallow") return;
    if (fate.letThrough > 0 && to.writable) to.write(data.subarray(0, fate.letThrough));
    if (fate.by === "reset") return resetBoth(pair);
    for (const socket of [pair.inner, pair.outer]) socket.end();
  });
  from.on("end", () => {
    const toxic = state.toxic();
    if (toxic?.kind === "black-hole") return;
    enqueue(toxic?.kind === "slow-close" ? toxic.delayMs : 0);
  });
}

function destroyBoth({ inner, outer }: Pair): void {
  inner.destroy();
  outer.destroy();
}

function resetBoth(pair: Pair): void {
  for (const socket of [pair.inner, pair.outer]) if (!socket.destroyed) socket.resetAndDestroy();
}

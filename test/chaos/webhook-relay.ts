import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent, request } from "undici";
import { createRandom } from "#test/support/random.ts";

/** Stands between the provider and the api's webhook, and repeats what passes when it is told to. */
export type WebhookRelay = {
  url: string;
  /** The api's instances; each webhook goes to one of them. */
  forwardTo: (urls: readonly string[]) => void;
  /** Keeps what passes for a while, then posts all of it so many times over, shuffled. Answers how many were posted. */
  repeat: (collectMs: number, times: number, seed: number) => Promise<number>;
  /** Answers the provider with 503 for a while, so that it sends later. */
  refuse: (forMs: number) => void;
  close: () => Promise<void>;
};

/** Repeating more than this by ten would drown what is tested. */
const KEPT_MAX = 200;
const POST_TIMEOUT_MS = 8_000;
const CONNECTIONS_MAX = 16;

export async function startWebhookRelay(): Promise<WebhookRelay> {
  const agent = new Agent({ connections: CONNECTIONS_MAX });
  let targets: readonly string[] = [];
  let turn = 0;
  let kept: string[] | undefined;
  let refusingUntilMs = 0;

  /** The status of the answer; 503 when there was none. */
  async function post(body: string): Promise<number> {
    const target = targets[turn++ % Math.max(1, targets.length)];
    if (target === undefined) return 503;
    try {
      const answer = await request(target, {
        method: "POST",
        dispatcher: agent,
        headers: { "content-type": "application/json" },
        body,
        headersTimeout: POST_TIMEOUT_MS,
        bodyTimeout: POST_TIMEOUT_MS,
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return 503;
    }
  }

  const server = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on("data", (piece: Buffer) => void pieces.push(piece));
    incoming.on("error", () => response.destroy());
    incoming.on("end", () => {
      const body = Buffer.concat(pieces).toString();
      if (kept !== undefined && kept.length < KEPT_MAX) kept.push(body);
      const answering = Date.now() < refusingUntilMs ? Promise.resolve(503) : post(body);
      void answering.then((status) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    forwardTo: (urls) => {
      targets = urls;
    },
    repeat: async (collectMs, times, seed) => {
      const mine: string[] = (kept ??= []);
      await new Promise((resolve) => setTimeout(resolve, collectMs));
      if (kept === mine) kept = undefined;
      const random = createRandom(seed);
      const all = Array.from({ length: times }, () => mine).flat();
      for (let at = all.length - 1; at > 0; at--) {
        const other = random.below(at + 1);
        [all[at], all[other]] = [all[other] as string, all[at] as string];
      }
      let next = 0;
      const lane = async () => {
        while (next < all.length) await post(all[next++] as string);
      };
      await Promise.all(Array.from({ length: CONNECTIONS_MAX }, lane));
      return all.length;
    },
    refuse: (forMs) => {
      refusingUntilMs = Date.now() + forMs;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
      await agent.destroy();
    },
  };
}

// A provider that takes every mail, after a while, and counts how many are with it at once.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export type SlowProvider = {
  url: string;
  stats: () => ProviderStats;
  /** Counts anew. */
  reset: () => void;
  close: () => Promise<void>;
};

export type ProviderStats = {
  mails: number;
  /** Recipients of calls that had come and had no answer, at the most. */
  inFlightMax: number;
};

/** Listens on a port of its own. Each answer takes `latencyMs`. */
export async function startSlowProvider(latencyMs: number): Promise<SlowProvider> {
  let stats: ProviderStats = { mails: 0, inFlightMax: 0 };
  let inFlight = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const mails = recipientsOf(Buffer.concat(chunks).toString());
    inFlight += mails;
    stats.inFlightMax = Math.max(stats.inFlightMax, inFlight);
    await wait(latencyMs);
    inFlight -= mails;
    stats.mails += mails;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id: `<${stats.mails}@provider>`, message: "Queued. Thank you." }));
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stats: () => ({ ...stats }),
    reset: () => void (stats = { mails: 0, inFlightMax: 0 }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One for each address in the form's field `to`. */
function recipientsOf(form: string): number {
  const to = /name="to"\r\n\r\n(.*)\r\n/.exec(form)?.[1] ?? "";
  return to.split(", ").length;
}

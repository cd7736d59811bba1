import { lookup as resolve, type LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { urlProblem } from "./check-url.ts";
import { isPublicAddress } from "./public-address.ts";

/** What an end point said. `failed`: no whole head of an answer came, for the reason in `error`. */
export type Answer =
  | { kind: "answered"; status: number; response: string }
  | { kind: "failed"; error: string };

// Enough to see what went wrong; a receiver has nothing else to tell.
const maxResponseBytes = 2 * 1024;
const maxHeaderBytes = 16 * 1024;

/**
 * Posts JSON to a stranger's address. Never throws. Redirects are not followed, and a connection is made to addresses of the public internet
 * only: each address that the name resolves to is looked at, in the very look-up that the connection uses.
 */
export async function post(
  url: string,
  o: { headers: Record<string, string>; body: string; timeoutMs: number; allowPrivate: boolean },
): Promise<Answer> {
  const problem = urlProblem(url, o.allowPrivate);
  if (problem !== undefined) return { kind: "failed", error: `The end point's address ${problem}.` };
  const send = url.startsWith("https:") ? requestHttps : requestHttp;
  // Ends the name's look-up, the connection, the waiting and the reading alike.
  const signal = AbortSignal.timeout(o.timeoutMs);
  try {
    const response = await new Promise<IncomingMessage>((answered, failed) => {
      const call = send(url, {
        method: "POST",
        // A connection of its own, looked up anew: one that is kept could outlive a change of address.
        agent: false,
        signal,
        maxHeaderSize: maxHeaderBytes,
        headers: {
          ...o.headers,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(o.body),
          "user-agent": "Fanfare-Webhooks/1",
        },
        ...(o.allowPrivate ? {} : { lookup: publicOnly }),
      });
      call.once("response", answered);
      call.on("error", failed);
      call.end(o.body);
    });
    return { kind: "answered", status: response.statusCode ?? 0, response: await beginningOf(response) };
  } catch (error) {
    return {
      kind: "failed",
      error: signal.aborted ? `No answer within ${o.timeoutMs} ms.` : reasonOf(error),
    };
  }
}

/** Looks a name up and refuses when one of its addresses is not public: which of them is tried is not ours to say. */
const publicOnly: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return done(error, "", 0);
    const closed = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (closed !== undefined || first === undefined)
      return done(new Error(`${hostname} is no address of the public internet`), "", 0);
    if (options.all === true) return done(null, addresses);
    return done(null, first.address, first.family);
  });
};

/** The status decides; a body that breaks off or never ends changes nothing. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= maxResponseBytes) break;
    }
  } catch {
    // What came is what there is.
  }
  response.destroy();
  return Buffer.concat(parts).subarray(0, maxResponseBytes).toString("utf8").replaceAll("\0", "");
}

function reasonOf(error: unknown): string {
  const errors = error instanceof AggregateError ? error.errors : [error];
  return errors
    .map((each) => (each instanceof Error ? each.message : String(each)))
    .join("; ")
    .slice(0, 500);
}

import type { IncomingMessage, ServerResponse } from "node:http";

/** A request whose body was read whole: the sandbox decides on faults only when it knows what was asked. */
export type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  url: URL;
  path: string;
  body: Buffer;
};

export type Answer = { status: number; body: string; headers: Record<string, string> };

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return { status, body: JSON.stringify(value), headers: { "content-type": "application/json", ...headers } };
}

export function text(status: number, body: string, contentType = "text/plain; charset=utf-8"): Answer {
  return { status, body, headers: { "content-type": contentType } };
}

export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

/** Reads a body up to a limit; null when it is longer. Throws when the client goes away. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on("end", () => resolve(length > maxBytes ? null : Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () =>
      reject(new Error("the client closed the connection before its request was whole")),
    );
  });
}

/** Parses a JSON body; undefined when it is none. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8") || "{}");
  } catch {
    return undefined;
  }
}

/** A whole number from a query, kept within bounds; the fallback when it is absent or no number. */
export function numberFrom(value: string | null, fallback: number, min: number, max: number): number {
  const number = value === null || value === "" ? NaN : Number(value);
  return Number.isFinite(number) ? Math.min(max, Math.max(min, Math.trunc(number))) : fallback;
}

/** The password of HTTP basic authentication for the user `api`; null when there is none. */
export function basicPassword(request: IncomingMessage): string | null {
  const header = request.headers.authorization;
  if (header === undefined || !/^basic /i.test(header)) return null;
  const pair = Buffer.from(header.slice(6).trim(), "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon !== -1 && pair.slice(0, colon) === "api" ? pair.slice(colon + 1) : null;
}

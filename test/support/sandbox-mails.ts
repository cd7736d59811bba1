import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

/** A mail that the sandbox accepted, as one line of its list. */
export type SandboxMail = {
  seq: number;
  recipient: string;
  rid: string;
  subject: string;
  tags: readonly string[];
};

/** Every mail with this tag, in the order of acceptance, one at a time. */
export async function* sandboxMails(sandboxUrl: string, tag: string): AsyncGenerator<SandboxMail> {
  const url = new URL("/_sandbox/mails", sandboxUrl);
  url.search = new URLSearchParams({ tag, format: "ndjson" }).toString();
  const answer = await fetch(url);
  if (!answer.ok || answer.body === null)
    throw new Error(`the sandbox does not list its mails: ${answer.status} ${await answer.text()}`);
  const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
  for await (const line of createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line !== "") yield JSON.parse(line) as SandboxMail;
}

/** One mail as its recipient has it. */
export async function sandboxMail(
  sandboxUrl: string,
  seq: number,
): Promise<{ from: string; to: string; subject: string; text: string; html: string }> {
  const answer = await fetch(new URL(`/_sandbox/mails/${seq}`, sandboxUrl));
  if (!answer.ok)
    throw new Error(`the sandbox does not show mail ${seq}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Awaited<ReturnType<typeof sandboxMail>>;
}

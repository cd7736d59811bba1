import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";

/**
 * The form class that mailgun.js is built with. It looks like the `form-data` package, of which mailgun.js and its
 * HTTP client use `append`, `getHeaders` and the stream. Node's own FormData costs about three times the CPU for a
 * batch, because every field then passes through an async generator; here a call is one buffer of known length.
 *
 * Only text fields are taken: Fanfare sends no attachments.
 */
export class MultipartForm extends Readable {
  readonly #boundary = `fanfare-${randomUUID()}`;
  #text = "";
  #bytes: Buffer | null = null;

  append(name: string, value: string): void {
    if (typeof value !== "string") throw new TypeError(`field ${name} must be a string, not ${typeof value}`);
    this.#text += `--${this.#boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"\r\n\r\n${value}\r\n`;
  }

  getHeaders(): Record<string, string> {
    return {
      "content-type": `multipart/form-data; boundary=${this.#boundary}`,
      "content-length": String(this.#encode().length),
    };
  }

  override _read(): void {
    this.push(this.#encode());
    this.push(null);
  }

  /** The HTTP client knows a form by this name. */
  override toString(): string {
    return "[object FormData]";
  }

  get [Symbol.toStringTag](): string {
    return "FormData";
  }

  #encode(): Buffer {
    this.#bytes ??= Buffer.from(`${this.#text}--${this.#boundary}--\r\n`, "utf8");
    return this.#bytes;
  }
}

/** WHATWG HTML, «multipart form data»: what a field's name may not hold as it is. */
function quote(name: string): string {
  return name.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
}

import busboy from "busboy";
import { expect, test } from "vitest";
import { MultipartForm } from "./multipart-form.ts";
import {
  buildMessage,
  isProblem,
  MAX_MESSAGE_BYTES,
  MAX_OPTION_BYTES,
  type OutgoingBatch,
} from "./outgoing-batch.ts";

const ADA = {
  address: "ada@example.com",
  displayName: 'Ada "Countess", L.',
  rid: "d1/1",
  variables: { name: "Ada", rid: "spoofed" },
};
const BATCH: OutgoingBatch = {
  domain: "mg.agency.example",
  from: "Agency <news@agency.example>",
  replyTo: "office@agency.example",
  subject: "Grüße, %recipient.name%",
  html: "<p>%recipient.name%</p>",
  text: "%recipient.name%",
  recipients: [ADA, { address: "bob@example.com", rid: "d2/1", variables: {} }],
  tag: "blast-1",
  headers: { "List-Unsubscribe": "<%recipient.unsub%>" },
  timeoutMs: 1_000,
};

test("a batch carries the rid of each recipient, and none can overwrite it", () => {
  expect(buildMessage(BATCH)).toEqual({
    from: BATCH.from,
    to: '"Ada \\"Countess\\", L." <ada@example.com>, bob@example.com',
    subject: BATCH.subject,
    html: BATCH.html,
    text: BATCH.text,
    "recipient-variables": '{"ada@example.com":{"name":"Ada","rid":"d1/1"},"bob@example.com":{"rid":"d2/1"}}',
    "o:tag": "blast-1",
    "v:rid": "%recipient.rid%",
    "h:Reply-To": "office@agency.example",
    "h:List-Unsubscribe": "<%recipient.unsub%>",
  });
});

const refused: [name: string, change: Partial<OutgoingBatch>, evidence: RegExp][] = [
  ["no recipients", { recipients: [] }, /1 to 1000 recipients, not 0/],
  [
    "1,001 recipients",
    { recipients: Array.from({ length: 1_001 }, (_, n) => ({ ...ADA, address: `c${n}@example.com` })) },
    /not 1001/,
  ],
  [
    "the same address twice",
    { recipients: [ADA, { ...ADA, address: "ADA@example.com" }] },
    /0 and 1 have the same address/,
  ],
  [
    "an address that is two",
    { recipients: [{ ...ADA, address: "a@example.com,b@example.com" }] },
    /recipient 0 is not a bare address/,
  ],
  [
    "an address with a line break",
    { recipients: [{ ...ADA, address: "a@example.com\r\nBcc:b@x" }] },
    /not a bare address/,
  ],
  ["a name with a line break", { recipients: [{ ...ADA, displayName: "A\nB" }] }, /name of recipient 0/],
  ["an empty rid", { recipients: [{ ...ADA, rid: "" }] }, /rid of recipient 0/],
  ["a header with a line break", { headers: { "X-A": "a\r\nBcc: b@x" } }, /header X-A has a line break/],
  ["a header name with a colon", { headers: { "X:A": "a" } }, /header name "X:A"/],
  ["a subject with a line break", { subject: "a\nb" }, /subject has a line break/],
  ["a domain with a path", { domain: "mg.example/../v4" }, /not a host name/],
  ["an empty body", { html: "", text: "" }, /both empty/],
  ["a long tag", { tag: "t".repeat(129) }, /tag must be/],
  ["no time", { timeoutMs: 0 }, /timeoutMs must be above 0/],
];

test.each(refused)("a batch with %s is refused before anything is sent", (_name, change, evidence) => {
  expect(buildMessage({ ...BATCH, ...change })).toEqual({
    reason: "bad_batch",
    evidence: expect.stringMatching(evidence),
  });
});

test("options over 16 KB and messages over 25 MB are refused as too large, and not below", () => {
  const atOptionLimit = buildMessage({ ...BATCH, headers: { X: "x".repeat(MAX_OPTION_BYTES - 75) } });
  expect(isProblem(atOptionLimit)).toBe(false);
  expect(buildMessage({ ...BATCH, headers: { X: "é".repeat(MAX_OPTION_BYTES / 2) } })).toMatchObject({
    reason: "too_large",
  });
  expect(buildMessage({ ...BATCH, html: "x".repeat(MAX_MESSAGE_BYTES) })).toMatchObject({
    reason: "too_large",
  });
});

test("the form is read back by another parser as it was written", async () => {
  const written: [string, string][] = [
    ["subject", "Grüße 🌩 \r\n--fanfare-"],
    ["to", "a@example.com"],
    ["to", "b@example.com"],
    ['h:X-"quoted"', ""],
  ];
  const form = new MultipartForm();
  for (const [name, value] of written) form.append(name, value);
  const headers = form.getHeaders();
  const read: [string, string][] = [];
  let length = 0;
  await new Promise((resolve, reject) => {
    form.on("data", (chunk: Buffer) => (length += chunk.length));
    form.pipe(
      busboy({ headers, defParamCharset: "utf8" })
        .on("field", (name, value) => read.push([name, value]))
        .on("close", resolve)
        .on("error", reject),
    );
  });
  expect(read).toEqual(written.map(([name, value]) => [name.replaceAll('"', "%22"), value]));
  expect(length).toBe(Number(headers["content-length"]));
});

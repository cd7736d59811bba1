import { bytes, createColumn, integers, type Column } from "./column.ts";
import { OUTCOMES, outcomeOf, type Outcome } from "./steering.ts";

/** The form variable whose value is the sender's own name for one try of one delivery: `<deliveryId>/<attempt>`. */
export const RID_VARIABLE = "rid";

/** About 0.5 KB of memory a mail: 4 million stay below 2 GB, and no benchmark of ours sends more between two resets. */
export const MAX_MAILS = 4_000_000;

/** Whole bodies are for looking at; the newest 128 MB are more than anyone looks at. */
export const MAX_KEPT_BODY_BYTES = 128 * 1024 * 1024;

export type Pair = readonly [name: string, value: string];

/** What is dropped first when memory runs short. Personalised texts are kept as templates and expanded when read. */
export type CallBody = {
  text: string;
  html: string;
  ampHtml: string;
  headers: readonly Pair[];
  recipientVariables: string | null;
  attachments: readonly string[];
  sizeBytes: number;
};

/** One call to the messages endpoint: what its mails have in common. */
export type Call = {
  messageId: string;
  domain: string;
  from: string;
  toHeader: string;
  ccHeader: string;
  subject: string;
  tags: readonly string[];
  variables: readonly Pair[];
  testMode: boolean;
  personal: boolean;
  acceptedAtMs: number;
  deliverAtMs: number;
  firstSeq: number;
  firstEvent: number;
  count: number;
  body: CallBody | null;
};

export type NewMail = { address: string; name: string; rid: string; subject: string };

/** All accepted mails, by column; a mail's `seq` counts from 1 in the order of acceptance. */
export type MailStore = {
  readonly count: number;
  readonly calls: readonly Call[];
  accept(call: Call, mails: readonly NewMail[]): void;
  call(seq: number): Call;
  recipient(seq: number): string;
  name(seq: number): string;
  rid(seq: number): string;
  subject(seq: number): string;
  outcome(seq: number): Outcome;
  callByMessageId(messageId: string): readonly Call[];
  seqsByRid(rid: string): readonly number[];
  summary(): {
    distinctRids: number;
    withoutRid: number;
    deliveries: number;
    duplicates: number;
    tags: Record<string, number>;
    keptBodyBytes: number;
  };
  clear(): void;
};

/** The part of a rid that names the delivery, without the try. */
export function deliveryOf(rid: string): string {
  const slash = rid.lastIndexOf("/");
  return slash === -1 ? rid : rid.slice(0, slash);
}

export function createMailStore(): MailStore {
  let calls: Call[] = [];
  let recipients: string[] = [];
  let names: string[] = [];
  let rids: string[] = [];
  let subjects: string[] = [];
  const callOfMail: Column = createColumn(integers);
  const outcomes: Column = createColumn(bytes);
  const byRid = new Map<string, number | number[]>();
  const byMessageId = new Map<string, number | number[]>();
  const deliveries = new Set<string>();
  const tagCounts = new Map<string, number>();
  let duplicates = 0;
  let withoutRid = 0;
  let keptBodyBytes = 0;
  let oldestBody = 0;

  function countRid(rid: string, seq: number): void {
    if (rid === "") {
      withoutRid++;
      return;
    }
    remember(byRid, rid, seq);
    const delivery = deliveryOf(rid);
    if (deliveries.has(delivery)) duplicates++;
    else deliveries.add(delivery);
  }

  function dropOldBodies(): void {
    while (keptBodyBytes > MAX_KEPT_BODY_BYTES && oldestBody < calls.length - 1) {
      const call = calls[oldestBody++]!;
      keptBodyBytes -= call.body?.sizeBytes ?? 0;
      call.body = null;
    }
  }

  return {
    get count() {
      return recipients.length;
    },
    get calls() {
      return calls;
    },
    accept(call, mails) {
      const index = calls.push(call) - 1;
      call.firstSeq = recipients.length + 1;
      call.count = mails.length;
      remember(byMessageId, call.messageId, index);
      for (const mail of mails) {
        const seq = recipients.push(mail.address);
        names.push(mail.name);
        rids.push(mail.rid);
        subjects.push(mail.subject);
        callOfMail.push(index);
        outcomes.push(OUTCOMES.indexOf(outcomeOf(mail.address)));
        countRid(mail.rid, seq);
      }
      for (const tag of call.tags) tagCounts.set(tag, (tagCounts.get(tag) ?? 0) + mails.length);
      keptBodyBytes += call.body?.sizeBytes ?? 0;
      dropOldBodies();
    },
    call: (seq) => calls[callOfMail.get(seq - 1)]!,
    recipient: (seq) => recipients[seq - 1] ?? "",
    name: (seq) => names[seq - 1] ?? "",
    rid: (seq) => rids[seq - 1] ?? "",
    subject: (seq) => subjects[seq - 1] ?? "",
    outcome: (seq) => OUTCOMES[outcomes.get(seq - 1)]!,
    callByMessageId: (messageId) => recall(byMessageId, messageId).map((index) => calls[index]!),
    seqsByRid: (rid) => recall(byRid, rid),
    summary: () => ({
      distinctRids: byRid.size,
      withoutRid,
      deliveries: deliveries.size,
      duplicates,
      tags: Object.fromEntries(tagCounts),
      keptBodyBytes,
    }),
    clear() {
      calls = [];
      recipients = [];
      names = [];
      rids = [];
      subjects = [];
      for (const column of [callOfMail, outcomes]) column.clear();
      for (const index of [byRid, byMessageId, deliveries, tagCounts]) index.clear();
      duplicates = withoutRid = keptBodyBytes = oldestBody = 0;
    },
  };
}

// Nearly every key is seen once; an array for each of a million keys would cost more than the mails.
function remember(index: Map<string, number | number[]>, key: string, value: number): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, value);
  else if (typeof known === "number") index.set(key, [known, value]);
  else known.push(value);
}

function recall(index: Map<string, number | number[]>, key: string): readonly number[] {
  const known = index.get(key);
  if (known === undefined) return [];
  return typeof known === "number" ? [known] : known;
}

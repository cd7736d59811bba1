// A made-up customer file with the dirt of real life. The same seed gives the same bytes.
import { normaliseAddress } from "#core/domain/address/normalise-address.ts";
import { createRandom, type Random } from "./random.ts";

export type SampleOptions = {
  /** Lines of data in the file. */
  rows: number;
  seed: number;
  /** Put before each external id and into addresses, so that two agencies' files share nobody. */
  prefix?: string;
  /** Name of the list that some rows ask for by themselves. */
  ownList?: string;
};

export type SampleCustomers = {
  csv: string;
  rows: number;
  /** What is in it, by kind of dirt. */
  dirt: Readonly<Record<Dirt, number>>;
  /** Normalised addresses that must never be mailed, whatever happens. */
  neverMail: ReadonlySet<string>;
  /** One plain, active customer. */
  somebody: { externalId: string; email: string };
};

/** The kinds of dirt, and how many of 1,000 rows have it. The rest is clean. */
const PER_THOUSAND = {
  /** An address that another customer has too, spelt in another way. */
  duplicate: 40,
  inactive: 30,
  opted_out: 30,
  bounced: 20,
  /** No address at all by its form: the import reports the line. */
  malformed: 12,
  /** Well-formed, but the verifier knows that nobody is there. */
  undeliverable: 20,
  /** The same customer again, by the agency's own id: an update. */
  repeated: 10,
} as const;
type Dirt = keyof typeof PER_THOUSAND;

const FIRST_NAMES = [
  "Ada", "Zoë", "José", "Björn", "Siobhán", "Nguyễn", "Łukasz", "Çağla", "Ingrid", "Marcus", "Aaliyah", "小明",
  "Дмитрий", "فاطمة", "Mary Jane", "D'Angelo", "Renée", "Søren", "Priya", "Kwame",
]; // prettier-ignore
const LAST_NAMES = [
  "Lovelace", "O'Brien", "García Márquez", "Müller", "Smith, Jr.", "van der Berg", 'de "Ville"', "王", "Иванов",
  "Fitzgerald-Hughes", "Ñúñez", "Johnson", "Nakamura", "Okonkwo", "Kowalczyk", "Straße",
]; // prettier-ignore
const CITIES = [
  "Biloxi, MS",
  "Gulfport",
  "New Orleans",
  "Mobile",
  "St. Martin",
  "Bay St. Louis",
  "Pensacola",
];
const NOTES = [
  "",
  "",
  "",
  'Says "call me, don\'t write"',
  "Two lines:\nmoved in spring",
  "prefers mornings; brings the dog",
];
const DOMAINS = ["example.com", "example.org", "example.net", "mail.example.com", "büro.example"];
const LOCALES = ["en-US", "en-US", "en-US", "es-US", "fr", ""];
const MALFORMED = [
  "no-at-sign.example.com",
  "two@@example.com",
  "spa ce@example.com",
  "x@exam..ple.com",
  "",
  "@",
];
const HEADER = [
  "external_id", "email", "first_name", "last_name", "locale", "status", "opted_out", "bounced", "list", "city",
  "policy_number", "note",
] as const; // prettier-ignore
type Row = Record<(typeof HEADER)[number], string>;

/** One of so many rows names a list of its own. */
const OWN_LIST_EVERY = 12;

export function sampleCustomers({ rows, seed, prefix = "", ownList = "" }: SampleOptions): SampleCustomers {
  const random = createRandom(seed);
  const dirt = Object.fromEntries(Object.keys(PER_THOUSAND).map((kind) => [kind, 0])) as Record<Dirt, number>;
  const neverMail = new Set<string>();
  const lines = [HEADER.join(",")];
  const clean: Row[] = [];
  for (let number = 1; number <= rows; number++) {
    // The first ones are clean, so that there is somebody to repeat.
    const kind = number > 10 ? pickDirt(random) : undefined;
    if (kind !== undefined) dirt[kind] += 1;
    const row = soil(kind, person(random, number, prefix), random, clean);
    if (ownList !== "" && number % OWN_LIST_EVERY === 0) row.list = ownList;
    if (kind === undefined) clean.push(row);
    if (kind === "opted_out") neverMail.add(addressKey(row.email));
    lines.push(HEADER.map((name) => cell(row[name])).join(","));
  }
  const first = clean[0];
  const somebody = { externalId: first?.external_id ?? "", email: first?.email ?? "" };
  // Half of the world's files end their lines this way.
  return { csv: `${lines.join("\r\n")}\r\n`, rows, dirt, neverMail, somebody };
}

function person(random: Random, number: number, prefix: string): Row {
  const first = random.pick(FIRST_NAMES);
  const last = random.pick(LAST_NAMES);
  const nameless = random.chance(0.03);
  const local = `${ascii(first)}.${ascii(last)}.${prefix.toLowerCase()}${number}`;
  return {
    external_id: `${prefix}${String(number).padStart(6, "0")}`,
    email: `${local}@${random.pick(DOMAINS)}`,
    first_name: nameless ? "" : first,
    last_name: nameless || random.chance(0.02) ? "" : last,
    locale: random.pick(LOCALES),
    status: "active",
    opted_out: "",
    bounced: "",
    list: "",
    city: random.pick(CITIES),
    policy_number: `HO-${100_000 + number * 7}`,
    note: random.pick(NOTES),
  };
}

/** The row with its dirt. Exhaustive: each kind says what it does. */
function soil(kind: Dirt | undefined, row: Row, random: Random, clean: readonly Row[]): Row {
  const number = row.external_id;
  switch (kind) {
    case undefined:
      return row;
    case "duplicate":
      return { ...row, email: respell(random, random.pick(clean).email) };
    case "inactive":
      return { ...row, status: random.pick(["inactive", "Inactive", "closed"]) };
    case "opted_out":
      return { ...row, opted_out: random.pick(["yes", "TRUE", "1", "2025-11-02"]) };
    case "bounced":
      return { ...row, bounced: "true" };
    case "malformed":
      return { ...row, email: random.pick(MALFORMED) };
    case "undeliverable":
      return { ...row, email: `rejected-email+${number.toLowerCase()}@example.com` };
    case "repeated":
      return { ...random.pick(clean), note: "seen again further down" };
    default:
      return kind satisfies never;
  }
}

/** The same mailbox as people and spreadsheets also write it. */
function respell(random: Random, email: string): string {
  return random.pick([
    email.toUpperCase(),
    `  ${email} `,
    `<${email}>`,
    `mailto:${email}`,
    capitalised(email),
  ]);
}

function addressKey(email: string): string {
  const address = normaliseAddress(email);
  if (!address.ok) throw new Error(`the generator made ${email}: ${address.message}`);
  return address.key;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function ascii(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "");
  return plain === "" ? "someone" : plain;
}

function pickDirt(random: Random): Dirt | undefined {
  let left = random.below(1_000);
  for (const [kind, share] of Object.entries(PER_THOUSAND) as [Dirt, number][]) {
    if (left < share) return kind;
    left -= share;
  }
  return undefined;
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a column may hold. `opted_in` is `opted_out` the other way round, for exports that record consent. */
export type ImportField =
  | "email"
  | "first_name"
  | "last_name"
  | "external_id"
  | "locale"
  | "status"
  | "opted_out"
  | "opted_in"
  | "bounced"
  | "list";

/** Fields that a mapping may name; `attributes.<name>` is the other possibility. */
export const MAPPABLE_FIELDS: readonly ImportField[] = [
  "email",
  "first_name",
  "last_name",
  "external_id",
  "locale",
  "status",
  "opted_out",
  "bounced",
  "list",
];

/**
 * Usual spellings, in lower case without anything but letters and digits; the first has precedence when a file has several.
 * A plain "id" is not among them: where it is only the number of the row, matching by it would overwrite other customers.
 */
export const SPELLINGS: Readonly<Record<ImportField, readonly string[]>> = {
  email: [
    "email",
    "emailaddress",
    "mail",
    "mailaddress",
    "primaryemail",
    "contactemail",
    "emailid",
    "eadresse",
    "correo",
  ],
  first_name: ["firstname", "first", "givenname", "forename", "fname", "vorname", "prenom"],
  last_name: ["lastname", "last", "surname", "familyname", "lname", "nachname"],
  external_id: [
    "externalid",
    "customerid",
    "customernumber",
    "customerno",
    "clientid",
    "contactid",
    "memberid",
  ],
  locale: ["locale", "language", "lang", "languagecode", "sprache"],
  status: ["status", "customerstatus", "active", "isactive", "enabled"],
  opted_out: [
    "optedout",
    "optout",
    "unsubscribed",
    "isunsubscribed",
    "unsubscribe",
    "emailoptout",
    "hasoptedoutofemail",
    "donotemail",
    "donotmail",
    "optedoutat",
    "unsubscribedat",
  ],
  opted_in: ["optedin", "optin", "subscribed", "emailoptin", "marketingconsent"],
  bounced: ["bounced", "bounce", "hardbounced", "hardbounce", "emailbounced", "bouncedat"],
  list: ["list", "listname", "customerlist"],
};

/** A column's name as spellings are compared. */
export function foldName(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** The attribute that a column becomes: its own name where a template can say it, else the nearest that it can. */
export function attributeName(column: string): string {
  const trimmed = column.trim();
  if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(trimmed)) return trimmed;
  const name = trimmed
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .toLowerCase();
  if (name === "") return "";
  return (/^[0-9]/.test(name) ? `_${name}` : name).slice(0, 64);
}

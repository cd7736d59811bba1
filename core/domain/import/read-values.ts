const yes = new Set(["true", "yes", "y", "1", "t", "on", "x", "ja", "oui", "si", "sí"]);
const no = new Set(["false", "no", "n", "0", "f", "off", "-", "nein", "non"]);

/** Yes or no as people and programs write it; a date is when it became so, hence yes. Undefined for anything else. */
export function readYesNo(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === "" || no.has(word)) return false;
  if (yes.has(word) || /^\d{4}-\d{2}-\d{2}/.test(word)) return true;
  return undefined;
}

/** What a status says: whether the customer takes part, and what the other program knows against its address. */
export type StatusValue = { status: "active" | "inactive"; suppression?: "opted_out" | "bounced" };

const statuses: Readonly<Record<string, StatusValue>> = {
  active: { status: "active" },
  subscribed: { status: "active" },
  enabled: { status: "active" },
  inactive: { status: "inactive" },
  disabled: { status: "inactive" },
  archived: { status: "inactive" },
  closed: { status: "inactive" },
  unsubscribed: { status: "active", suppression: "opted_out" },
  opted_out: { status: "active", suppression: "opted_out" },
  bounced: { status: "active", suppression: "bounced" },
  cleaned: { status: "active", suppression: "bounced" },
};

/** Statuses that a row may give, for messages. */
export const STATUS_WORDS = "active, inactive, unsubscribed or bounced";

/** A status as programs export it, or yes and no where the column is called active. Undefined for anything else. */
export function readStatus(text: string): StatusValue | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  if (word === "") return { status: "active" };
  if (Object.hasOwn(statuses, word)) return statuses[word];
  const active = readYesNo(word);
  return active === undefined ? undefined : { status: active ? "active" : "inactive" };
}

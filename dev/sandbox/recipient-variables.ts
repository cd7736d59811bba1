/** The variables of one recipient; Mailgun takes any JSON value and writes it as text. */
export type RecipientVariables = Record<string, unknown>;

export type Expansion = {
  address: string;
  name: string;
  variables: RecipientVariables | undefined;
  unsubscribeUrl: string;
};

/**
 * Writes one recipient's values into a text. A name that the recipient lacks stays as it was written, as
 * Mailgun leaves it, so that a forgotten variable is seen in the inbox and not hidden.
 */
export function expand(template: string, expansion: Expansion): string {
  if (!template.includes("%")) return template;
  return template.replace(
    /%(recipient(?:\.([^%\r\n]{1,256})|_email|_name|_fname|_lname)?|(?:tag_|mailing_list_)?unsubscribe_url)%/g,
    (whole, word: string, name: string | undefined) => {
      if (name !== undefined) return textOf(expansion.variables?.[name], whole);
      if (word === "recipient" || word === "recipient_email") return expansion.address;
      if (word === "recipient_name") return expansion.name;
      if (word === "recipient_fname") return expansion.name.split(" ")[0] ?? "";
      if (word === "recipient_lname") return expansion.name.split(" ").slice(1).join(" ");
      return expansion.unsubscribeUrl;
    },
  );
}

/** Whether a text reads differently for each recipient. */
export function isPersonal(template: string): boolean {
  return template.includes("%recipient") || template.includes("unsubscribe_url%");
}

/** Reads the form field; null when it is not a JSON object of objects. */
export function parseRecipientVariables(json: string): Record<string, RecipientVariables> | null {
  try {
    const value: unknown = JSON.parse(json);
    if (!isObject(value)) return null;
    for (const address in value) if (!isObject(value[address])) return null;
    return value as Record<string, RecipientVariables>;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown, missing: string): string {
  if (value === undefined) return missing;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a column may be mapped to. "" leaves it out, "attribute" makes it an attribute by its own name. */
export const fieldChoices = [
  { key: "email", label: "E-mail" },
  { key: "first_name", label: "First name" },
  { key: "last_name", label: "Last name" },
  { key: "external_id", label: "Your id" },
  { key: "locale", label: "Locale" },
  { key: "status", label: "Status (active, inactive)" },
  { key: "opted_out", label: "Opted out (yes, no)" },
  { key: "bounced", label: "Bounced (yes, no)" },
  { key: "list", label: "Name of a list" },
] as const;

/** A choice for one column: a field's key, `attributes.<name>`, or "" to leave it out. */
export type ColumnChoice = string;

// The words that files use, without anything but letters and digits. What is not among them becomes an attribute.
const spellings: Record<string, string> = {
  email: "email", emailaddress: "email", mail: "email", mailaddress: "email", primaryemail: "email", contactemail: "email",
  correo: "email", firstname: "first_name", first: "first_name", givenname: "first_name", forename: "first_name", fname: "first_name",
  vorname: "first_name", prenom: "first_name", lastname: "last_name", last: "last_name", surname: "last_name",
  familyname: "last_name", lname: "last_name", nachname: "last_name", externalid: "external_id", customerid: "external_id",
  customernumber: "external_id", kundennummer: "external_id", clientid: "external_id", contactid: "external_id", memberid: "external_id", locale: "locale",
  language: "locale", lang: "locale", sprache: "locale", status: "status", active: "status", isactive: "status",
  optedout: "opted_out", optout: "opted_out", unsubscribed: "opted_out", donotmail: "opted_out", bounced: "bounced",
  bounce: "bounced", hardbounced: "bounced", list: "list", listname: "list",
}; // prettier-ignore

/** The likely meaning of each column by its name; the first of two alike gets the field. */
export function guessChoices(columns: readonly string[]): ColumnChoice[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const field =
      spellings[
        column
          .toLowerCase()
          .normalize("NFKD")
          .replaceAll(/[^\p{L}\p{N}]/gu, "")
      ];
    const choice = field === undefined || taken.has(field) ? attributeChoice(column) : field;
    if (taken.has(choice)) return "";
    taken.add(choice);
    return choice;
  });
}

/** The attribute that a column becomes: its own name where a template can say it, else the nearest. */
export function attributeChoice(column: string): ColumnChoice {
  const trimmed = column.trim();
  if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(trimmed)) return `attributes.${trimmed}`;
  const name = trimmed
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .toLowerCase();
  if (name === "") return "";
  return `attributes.${(/^[0-9]/.test(name) ? `_${name}` : name).slice(0, 64)}`;
}

/** What stands against importing with these choices; undefined when nothing does. */
export function choicesProblem(choices: readonly ColumnChoice[]): string | undefined {
  if (!choices.includes("email")) return "Choose the column that holds the e-mail address.";
  const twice = choices.find((choice, at) => choice !== "" && choices.indexOf(choice) !== at);
  const label =
    fieldChoices.find(({ key }) => key === twice)?.label ?? twice?.replace("attributes.", "the attribute ");
  const odd = choices.find((choice) => /^attributes\.(?![A-Za-z_])/.test(choice));
  if (odd !== undefined) return "An attribute's name begins with a letter.";
  return twice === undefined ? undefined : `Two columns are ${label}; choose one.`;
}

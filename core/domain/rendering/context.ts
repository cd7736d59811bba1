/** A value a customer list may carry: JSON, as it was imported. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue };

/** The fields of a customer that a template may name; absent and null render as nothing. */
export type CustomerFields = {
  id: string;
  email: string;
  first_name?: string | null;
  last_name?: string | null;
  full_name?: string | null;
  /** BCP 47, for `formatDate` and `formatNumber`. */
  locale?: string | null;
  attributes?: { readonly [name: string]: AttributeValue };
};

/** The fields of an agency that a template may name. */
export type AgencyFields = {
  name: string;
  postal_address?: string | null;
  website?: string | null;
  phone?: string | null;
  email?: string | null;
  /** IANA name: the zone in which `formatDate` shows instants. */
  time_zone?: string | null;
  /** BCP 47: used when the customer has none. */
  locale?: string | null;
};

/** The fields of a blast. `custom_message` is the user's own plain text, never markup. */
export type BlastFields = { name?: string | null; custom_message?: string | null };

/** What all customers of a blast share. */
export type SharedContext = { agency: AgencyFields; blast: BlastFields };

/** What differs from one customer to the next. */
export type CustomerContext = { customer: CustomerFields; unsubscribe_url: string };

/** All that one mail is rendered from. */
export type RenderContext = SharedContext & CustomerContext;

/** Names of all fields but `customer.attributes.*`, which are free. */
export const KNOWN_FIELDS: readonly string[] = [
  "customer.id",
  "customer.email",
  "customer.first_name",
  "customer.last_name",
  "customer.full_name",
  "customer.locale",
  "agency.name",
  "agency.postal_address",
  "agency.website",
  "agency.phone",
  "agency.email",
  "agency.time_zone",
  "agency.locale",
  "blast.name",
  "blast.custom_message",
  "custom_message",
  "unsubscribe_url",
];

/** Fields whose value is the same for every customer of a blast. */
export const SHARED_ROOTS: ReadonlySet<string> = new Set(["agency", "blast", "custom_message"]);

/**
 * The user's own words, told apart from other values because HTML shows their line breaks.
 * The text is private so that no template can walk into it.
 */
export class CustomMessage {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  get [Symbol.toStringTag](): string {
    return "CustomMessage";
  }
  toString(): string {
    return this.#text;
  }
}

/** The shared half in the shape a template sees. An empty message stays "", so that `{{#if custom_message}}` is false. */
export function sharedScope(shared: SharedContext): Record<string, unknown> {
  const text = (shared.blast.custom_message ?? "").replaceAll(/\r\n?/g, "\n");
  const message = text === "" ? "" : new CustomMessage(text);
  return {
    agency: shared.agency,
    blast: { name: shared.blast.name, custom_message: message },
    custom_message: message,
  };
}

/** Adds one customer to the shared half. */
export const customerScope = (
  shared: Record<string, unknown>,
  { customer, unsubscribe_url }: CustomerContext,
): Record<string, unknown> => ({
  customer: comparable(customer),
  unsubscribe_url,
  agency: shared["agency"],
  blast: shared["blast"],
  custom_message: shared["custom_message"],
});

/**
 * Handlebars compares a context loosely with the one around it, so an object is asked for its text. Attributes that are called like the methods
 * for that would make it throw.
 */
function comparable(customer: CustomerFields): CustomerFields {
  const { attributes } = customer;
  if (attributes === undefined) return customer;
  if (!Object.hasOwn(attributes, "toString") && !Object.hasOwn(attributes, "valueOf")) return customer;
  return { ...customer, attributes: Object.assign({ [Symbol.toPrimitive]: () => "attributes" }, attributes) };
}

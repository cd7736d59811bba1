/** Something that a template may say, as completion offers it. */
export type TemplateWord = { label: string; detail: string; apply?: string };

/** Fields that exist for every customer, by the contract of rendering. */
export const knownFields: readonly TemplateWord[] = [
  { label: "customer.first_name", detail: "First name" },
  { label: "customer.last_name", detail: "Last name" },
  { label: "customer.full_name", detail: "First and last name" },
  { label: "customer.email", detail: "Address" },
  { label: "customer.locale", detail: "Language, as en-US" },
  { label: "customer.id", detail: "Fanfare's id" },
  { label: "custom_message", detail: "The user's own words in a blast" },
  { label: "unsubscribe_url", detail: "Link that opts out" },
  { label: "agency.name", detail: "Name of the agency" },
  { label: "agency.postal_address", detail: "Postal address" },
  { label: "agency.website", detail: "Website" },
  { label: "agency.phone", detail: "Telephone" },
  { label: "agency.email", detail: "Address of the agency" },
  { label: "agency.time_zone", detail: "Time zone" },
  { label: "agency.locale", detail: "Language of the agency" },
  { label: "blast.name", detail: "Name of the blast" },
];

/** Helpers that an expression may call. */
export const helpers: readonly TemplateWord[] = [
  { label: "default", detail: "Words for an empty field", apply: 'default customer.first_name "friend"' },
  { label: "upper", detail: "IN CAPITALS" },
  { label: "lower", detail: "in small letters" },
  { label: "capitalize", detail: "With a capital" },
  {
    label: "formatDate",
    detail: "A date in words",
    apply: 'formatDate customer.attributes.date "d MMMM yyyy"',
  },
  { label: "formatNumber", detail: "A number as it is written there" },
  { label: "urlEncode", detail: "Part of a link" },
  { label: "eq", detail: "Are two alike? For (eq a b)" },
  { label: "lookup", detail: "One of a list" },
];

/** Blocks that an expression may open. */
export const blocks: readonly TemplateWord[] = [
  { label: "#if", detail: "Only when there is something" },
  { label: "#unless", detail: "Only when there is nothing" },
  { label: "#each", detail: "For each of a list" },
  { label: "#with", detail: "Within a group of fields" },
  { label: "else", detail: "Otherwise" },
];

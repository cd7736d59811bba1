import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Customer, type CustomerFieldsSchema, CustomerStatus } from "#gen/fanfare/api/v1/customer_pb.js";

/** A customer as a form holds it: attributes are rows, so that one can be half written. */
export type CustomerDraft = {
  externalId: string;
  email: string;
  firstName: string;
  lastName: string;
  locale: string;
  status: CustomerStatus;
  attributes: readonly { key: number; name: string; value: string }[];
};

/** The contract's limit for one customer. */
export const maxAttributes = 50;

/** A form without anything in it. */
export const emptyDraft: CustomerDraft = {
  externalId: "",
  email: "",
  firstName: "",
  lastName: "",
  locale: "",
  status: CustomerStatus.ACTIVE,
  attributes: [],
};

/** The form for a customer as he is. */
export function draftOf(customer: Customer): CustomerDraft {
  const { externalId, email, firstName, lastName, locale, status } = customer;
  const attributes = Object.entries(customer.attributes)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, value], key) => ({ key, name, value }));
  return { externalId, email, firstName, lastName, locale, status, attributes };
}

/** What the form says, for the API. Rows without a name are left out. */
export function fieldsOf(draft: CustomerDraft): MessageInitShape<typeof CustomerFieldsSchema> {
  const named = draft.attributes.filter(({ name }) => name.trim() !== "");
  return {
    externalId: draft.externalId.trim(),
    email: draft.email.trim(),
    firstName: draft.firstName.trim(),
    lastName: draft.lastName.trim(),
    locale: draft.locale.trim(),
    status: draft.status,
    attributes: Object.fromEntries(named.map(({ name, value }) => [name.trim(), value])),
  };
}

/** What is wrong with the rows of attributes; undefined when nothing is. */
export function attributesProblem(draft: CustomerDraft): string | undefined {
  const names = draft.attributes.map(({ name }) => name.trim()).filter((name) => name !== "");
  const odd = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name));
  if (odd !== undefined)
    return `"${odd}" cannot be used in a template: write letters, digits and _, beginning with a letter.`;
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  return twice === undefined ? undefined : `"${twice}" stands there twice.`;
}

import type { Template } from "#gen/fanfare/api/v1/template_pb.js";
import { isUuid } from "./parse.ts";
import { readRows } from "./paging.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";

/** Things named by people are looked for among this many; beyond it an id is needed. */
const SEARCHED_MAX = 20_000;

/** The id of a list, given by id or name. */
export async function findList({ api, call }: Session, list: string): Promise<string> {
  if (isUuid(list)) return list;
  const lists = readRows(SEARCHED_MAX, async (page) => {
    const answer = await api.customers.listCustomerLists({ page }, call);
    return { rows: answer.lists, page: answer.page };
  });
  for await (const { id, name } of lists) if (name === list) return id;
  throw new Refusal("unknown_list", `There is no list "${list}".`, "`lists` shows them.");
}

/** The id of a template, given by id or name. */
export async function findTemplate({ api, call }: Session, template: string): Promise<string> {
  if (isUuid(template)) return template;
  const found: Template[] = [];
  const templates = readRows(SEARCHED_MAX, async (page) => {
    const answer = await api.templates.listTemplates({ page }, call);
    return { rows: answer.templates, page: answer.page };
  });
  for await (const each of templates) if (each.name === template) found.push(each);
  const [first, ...others] = found;
  if (first === undefined)
    throw new Refusal(
      "unknown_template",
      `There is no template "${template}".`,
      "`template list` shows them.",
    );
  if (others.length > 0)
    throw new Refusal(
      "ambiguous_template",
      `${found.length} templates are called "${template}".`,
      `Give one by its id: ${found.map(({ id }) => id).join(", ")}.`,
    );
  return first.id;
}

/** The id of a customer, given by id, e-mail address or the agency's own id. */
export async function findCustomer({ api, call }: Session, customer: string): Promise<string> {
  if (isUuid(customer)) return customer;
  const wanted = customer.toLowerCase();
  const found: string[] = [];
  const customers = readRows(SEARCHED_MAX, async (page) => {
    const answer = await api.customers.listCustomers({ page, search: customer }, call);
    return { rows: answer.customers, page: answer.page };
  });
  for await (const { id, email, externalId } of customers)
    if (email.toLowerCase() === wanted || externalId === customer) found.push(id);
  const [first, ...others] = found;
  if (first === undefined)
    throw new Refusal(
      "unknown_customer",
      `There is no customer "${customer}".`,
      "`customers --search TEXT` finds them.",
    );
  if (others.length > 0)
    throw new Refusal(
      "ambiguous_customer",
      `${found.length} customers are "${customer}".`,
      `Give one by its id: ${found.slice(0, 10).join(", ")}.`,
    );
  return first;
}

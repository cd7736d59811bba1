import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { type Customer, CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { type RenderTemplateResponse, TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { useDebounced } from "../../format/use-debounced.ts";
import type { TemplateDraft } from "./draft.ts";
import type { TemplateWord } from "./fields.ts";
import { type PlacedProblem, problemsOf } from "./problems.ts";

const typingMs = 300;

/** A draft as it would leave for one customer, and what is wrong with it. */
export type Preview = {
  mail: RenderTemplateResponse | undefined;
  /** True while a newer one is on its way. */
  stale: boolean;
  placed: readonly PlacedProblem[];
  general: string;
};

/** Renders a draft for a customer, or an example one, as it is typed. What could be rendered last stays while the draft is wrong. */
export function usePreview(
  draft: TemplateDraft,
  customer: Customer | undefined,
  customMessage: string,
): Preview {
  const { subject, html, text } = draft;
  const wanted = { source: { subject, html, text }, customerId: customer?.id ?? "", customMessage };
  const asked = useDebounced(wanted, typingMs);
  const empty = asked.source.subject.trim() === "";
  const { data, error, isFetching } = useQuery(TemplateService.method.renderTemplate, asked, {
    enabled: !empty,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const [good, setGood] = useState(data);
  if (data !== undefined && data !== good) setGood(data);
  const { placed, general } = problemsOf(error, data?.warnings ?? []);
  return {
    mail: data ?? good,
    stale: isFetching || asked !== wanted,
    placed: empty ? [] : placed,
    general: empty ? "Write a subject; a mail without one is taken for spam." : general,
  };
}

/** The attributes that customers have, for completion. */
export function useAttributeWords(): readonly TemplateWord[] {
  const { data } = useQuery(CustomerService.method.listCustomerAttributes, {});
  return (data?.attributes ?? []).map(({ name, values }) => ({
    label: `customer.attributes.${name}`,
    detail: values[0] === undefined ? "Attribute" : `As in ${values[0].value}`,
  }));
}

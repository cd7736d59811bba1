import type { CompiledTemplate } from "./compile-template.ts";
import { customerScope, sharedScope, type CustomerContext, type SharedContext } from "./context.ts";
import { MAX_BATCH_CUSTOMERS } from "./limits.ts";
import { headerText } from "./escape.ts";
import { newMeter, toFailure, type Meter, type RenderFailure } from "./meter.ts";
import { TEMPLATE_PARTS, type TemplatePart } from "./problems.ts";
import { subjectTooLong } from "./subject-length.ts";
import type { Segment } from "./split-template.ts";

/** One customer's share of a batch: what the provider puts in place of each `%recipient.name%`. */
export type RenderedRecipient = { ok: true; variables: Record<string, string> } | RenderFailure;

/** A batch for one provider call. `recipients` has the order of the customers. */
export type RenderedBatch = { subject: string; html: string; text: string; recipients: RenderedRecipient[] };

/**
 * Fixed text that the provider would read as one of its variables (Mailgun: %recipient.x%, %recipient%,
 * %unsubscribe_url%, %tag_unsubscribe_url%, %mailing_list_unsubscribe_url%).
 */
const PROVIDER_VARIABLE = /%(?=recipient|unsubscribe|tag_unsubscribe|mailing_list)/gi;

/** Stands for a percent sign that must stay one. Its name differs from all segments' names, which end in a number. */
const PERCENT_VARIABLE = "pct";

type Assembled = { text: string; usesPercent: boolean };

/**
 * Renders a batch: the shared text once, and per customer only what differs.
 * A customer's value that itself holds `%recipient.x%` is safe: Mailgun substitutes in one pass and does not read values again.
 */
export function renderBatch(
  template: CompiledTemplate,
  shared: SharedContext,
  customers: readonly CustomerContext[],
): RenderedBatch {
  if (customers.length > MAX_BATCH_CUSTOMERS) {
    throw new RangeError(
      `A batch has at most ${MAX_BATCH_CUSTOMERS} customers, got ${customers.length}; split it.`,
    );
  }
  const scope = sharedScope(shared);
  const meter = newMeter(template.limits, { steps: 0, chars: template.fixedChars });
  try {
    const values = cleanSubject(template, template.renderShared(scope, meter));
    return withShared(template, values, meter, scope, customers);
  } catch (error) {
    const failure = toFailure(error);
    return { subject: "", html: "", text: "", recipients: customers.map(() => failure) };
  }
}

/** Shared values in the subject must hold no line break either. */
function cleanSubject(template: CompiledTemplate, values: readonly string[]): string[] {
  const inSubject = template.segments.subject.filter((segment) => segment.kind === "shared").length;
  return values.map((value, index) => (index < inSubject ? headerText(value) : value));
}

function withShared(
  template: CompiledTemplate,
  sharedValues: readonly string[],
  spent: Meter,
  scope: Record<string, unknown>,
  customers: readonly CustomerContext[],
): RenderedBatch {
  const parts = Object.fromEntries(
    TEMPLATE_PARTS.map((part) => [part, assemble(template.segments[part], sharedValues)]),
  ) as Record<TemplatePart, Assembled>;
  const names = TEMPLATE_PARTS.flatMap((part) =>
    template.segments[part].filter((segment) => segment.kind === "customer"),
  );
  const plan: Plan = {
    template,
    spent,
    names: names.map(({ name }) => name),
    subjectValues: template.segments.subject.filter((segment) => segment.kind === "customer").length,
    fixedSubjectChars: fixedLength(template.segments.subject, sharedValues),
    usesPercent: TEMPLATE_PARTS.some((part) => parts[part].usesPercent),
  };
  return {
    subject: parts.subject.text,
    html: parts.html.text,
    text: parts.text.text,
    recipients: customers.map((customer) => renderRecipient(plan, customerScope(scope, customer))),
  };
}

type Plan = {
  template: CompiledTemplate;
  spent: Meter;
  /** The variable of each customer value, in order; the subject's come first. */
  names: readonly string[];
  subjectValues: number;
  fixedSubjectChars: number;
  usesPercent: boolean;
};

function renderRecipient(plan: Plan, scope: Record<string, unknown>): RenderedRecipient {
  const { template, names } = plan;
  try {
    const values = template.renderCustomer(scope, newMeter(template.limits, plan.spent));
    const variables: Record<string, string> = {};
    let subjectChars = plan.fixedSubjectChars;
    for (let index = 0; index < names.length; index += 1) {
      const inSubject = index < plan.subjectValues;
      // A block in the subject may hold a line break of the template's own.
      const value = inSubject ? headerText(values[index] ?? "") : (values[index] ?? "");
      variables[names[index]!] = value;
      if (inSubject) subjectChars += value.length;
    }
    if (plan.usesPercent) variables[PERCENT_VARIABLE] = "%";
    return subjectTooLong(subjectChars, template.limits) ?? { ok: true, variables };
  } catch (error) {
    return toFailure(error);
  }
}

/** Joins fixed and shared text with placeholders. Text is made harmless after joining, since two harmless halves may make a variable. */
function assemble(segments: readonly Segment[], sharedValues: readonly string[]): Assembled {
  let text = "";
  let run = "";
  let usesPercent = false;
  const flush = (): void => {
    const harmless = run.replace(PROVIDER_VARIABLE, `%recipient.${PERCENT_VARIABLE}%`);
    usesPercent ||= harmless !== run;
    text += harmless;
    run = "";
  };
  for (const segment of segments) {
    if (segment.kind !== "customer") {
      run += segment.kind === "fixed" ? segment.text : (sharedValues[segment.index] ?? "");
      continue;
    }
    flush();
    text += `%recipient.${segment.name}%`;
  }
  flush();
  return { text, usesPercent };
}

const fixedLength = (segments: readonly Segment[], sharedValues: readonly string[]): number =>
  segments.reduce((sum, segment) => {
    if (segment.kind === "customer") return sum;
    return sum + (segment.kind === "fixed" ? segment.text : (sharedValues[segment.index] ?? "")).length;
  }, 0);

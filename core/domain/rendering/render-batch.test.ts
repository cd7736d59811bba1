import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTemplate } from "./compile-template.ts";
import type { AttributeValue, CustomerContext, SharedContext } from "./context.ts";
import { renderBatch, type RenderedBatch } from "./render-batch.ts";
import { renderOne } from "./render-one.ts";
import { ANN, compiled, SHARED } from "./rendering-samples.ts";
import { splitTemplate } from "./split-template.ts";

/** What Mailgun does: one pass, values are not read again. */
const expand = (text: string, variables: Record<string, string>): string =>
  text.replace(/%recipient\.(\w+)%/g, (whole, name: string) => variables[name] ?? whole);

const mail = (batch: RenderedBatch, index: number): unknown => {
  const recipient = batch.recipients[index];
  if (recipient === undefined || !recipient.ok) return recipient;
  const { variables } = recipient;
  return {
    ok: true,
    subject: expand(batch.subject, variables),
    html: expand(batch.html, variables),
    text: expand(batch.text, variables),
  };
};

describe("renderBatch", () => {
  it("writes what all share once and gives each customer only what differs", () => {
    const template = compiled({
      subject: "{{agency.name}}: hi {{customer.first_name}}",
      html: "<p>{{custom_message}}</p>{{#with agency}}{{name}}{{/with}}<b>{{customer.last_name}}</b>",
      text: "{{customer.first_name}}{{customer.id}}!",
    });
    expect(renderBatch(template, SHARED, [ANN])).toEqual({
      subject: "Müller & Söhne: hi %recipient.s0%",
      html: "<p>Stay &lt;safe&gt;<br>\nCall us</p>Müller &amp; Söhne<b>%recipient.h0%</b>",
      text: "%recipient.t0%!",
      recipients: [{ ok: true, variables: { s0: "Ann", h0: "O&#x27;Neil &lt;b&gt;", t0: "Annc1" } }],
    });
  });

  it("keeps a date per customer, because its words depend on the customer's language", () => {
    const template = compiled({ text: "{{formatDate '2026-01-01'}}" });
    expect(splitTemplate(template).text).toEqual([{ kind: "customer", index: 0, name: "t0" }]);
  });

  it("does not take a customer's field for the agency's inside a block", () => {
    const template = compiled({ text: "{{#with agency}}{{../customer.id}}{{@root.customer.id}}{{/with}}" });
    expect(renderBatch(template, SHARED, [ANN])).toMatchObject({
      text: "%recipient.t0%",
      recipients: [{ variables: { t0: "c1c1" } }],
    });
  });

  it("keeps provider variables in fixed text literal, even when two halves meet", () => {
    const blast = { custom_message: "ipient.t0% 100%" };
    const template = compiled({ text: "%unsubscribe_url% %rec{{custom_message}}{{customer.id}}" });
    const batch = renderBatch(template, { ...SHARED, blast }, [ANN]);
    expect(batch.text).toBe(
      "%recipient.pct%unsubscribe_url% %recipient.pct%recipient.t0% 100%%recipient.t0%",
    );
    expect(mail(batch, 0)).toMatchObject({ text: "%unsubscribe_url% %recipient.t0% 100%c1" });
  });

  it("leaves a customer's own %recipient.x% as it is", () => {
    const customer = { ...ANN.customer, first_name: "%recipient.t1%" };
    const batch = renderBatch(compiled({ text: "{{customer.first_name}} {{customer.id}}" }), SHARED, [
      { ...ANN, customer },
    ]);
    expect(mail(batch, 0)).toMatchObject({ text: "%recipient.t1% c1" });
  });

  it("renders for a customer whose attributes carry the names of an object's own methods", () => {
    const attributes = { toString: "x", valueOf: "y" };
    const template = compiled({
      text: "{{#each customer}}{{#with ../customer.email}}{{this}}{{/with}};{{/each}}",
    });
    const batch = renderBatch(template, SHARED, [{ ...ANN, customer: { ...ANN.customer, attributes } }]);
    expect(batch.recipients).toMatchObject([{ ok: true }]);
  });

  it("fails one customer without failing the others", () => {
    const big = { ...ANN, customer: { ...ANN.customer, first_name: "x".repeat(2_000_000) } };
    const batch = renderBatch(compiled({ text: "{{customer.first_name}}" }), SHARED, [ANN, big, ANN]);
    expect(batch.recipients.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(batch.recipients[1]).toMatchObject({ reason: "output_too_large" });
  });

  it("fails everyone when what they share cannot be rendered", () => {
    const blast = { custom_message: "x".repeat(2_000_000) };
    const batch = renderBatch(compiled({ text: "{{custom_message}}" }), { ...SHARED, blast }, [ANN, ANN]);
    expect(batch.recipients).toMatchObject([{ reason: "output_too_large" }, { reason: "output_too_large" }]);
  });

  it("refuses a batch larger than the provider takes", () => {
    expect(() =>
      renderBatch(
        compiled({}),
        SHARED,
        Array.from({ length: 1_001 }, () => ANN),
      ),
    ).toThrow(/at most 1000/);
  });
});

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom(
    "",
    "%recipient.s0%",
    "%",
    "%recip",
    "ient.h1%",
    "<b>",
    "\r\n",
    "javascript:x",
    "https://a.example",
    "{{x}}",
    "$&",
    "$1",
  ),
);
// As JSON.parse makes objects: Handlebars compares contexts loosely, and throws for one that has no prototype.
const asParsed = { noNullPrototype: true } as const;
const nested = fc.record({ make: nasty }, asParsed);
const attribute: fc.Arbitrary<AttributeValue> = fc.oneof(
  nasty,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(nasty, nested), { maxLength: 3 }),
);
const customers: fc.Arbitrary<CustomerContext> = fc.record(
  {
    customer: fc.record(
      {
        id: nasty,
        email: nasty,
        first_name: fc.oneof(nasty, fc.constant(null)),
        last_name: nasty,
        locale: fc.constantFrom("en", "de", "x!"),
        attributes: fc.dictionary(fc.constantFrom("a", "b", "toString", "length"), attribute, asParsed),
      },
      asParsed,
    ),
    unsubscribe_url: nasty,
  },
  asParsed,
);
const shareds: fc.Arbitrary<SharedContext> = fc.record(
  {
    agency: fc.record({ name: nasty, website: nasty }, asParsed),
    blast: fc.record({ name: nasty, custom_message: nasty }, asParsed),
  },
  asParsed,
);

const field = fc.constantFrom(
  "customer.first_name",
  "customer.attributes.a",
  "customer.attributes.b",
  "customer.attributes.toString",
  "agency.name",
  "custom_message",
  "blast.name",
  "unsubscribe_url",
  "this",
  "../customer.id",
  "@root.customer.email",
  "lookup customer.attributes 'a'",
  "default customer.first_name agency.name",
  "formatDate '2026-01-02'",
  "upper custom_message",
  "@index",
);
const piece = fc.letrec<{ body: string; node: string }>((tie) => ({
  body: fc.array(tie("node"), { maxLength: 4 }).map((nodes) => nodes.join("")),
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(
      " ",
      "\n",
      "x",
      "%",
      "%recipient.",
      "%recipient.s0%",
      "%unsubscribe_url%",
      "<p title='",
      "'>",
      '<a href="',
      '">',
      "{{! c }}",
      "s0%",
    ),
    field.map((name) => `{{${name}}}`),
    field.map((name) => `{{~${name}~}}`),
    fc
      .tuple(fc.constantFrom("if", "unless", "each", "with"), field, tie("body"), tie("body"))
      .map(
        ([block, name, yes, no]) =>
          `{{#${block} ${name.includes(" ") ? `(${name})` : name}}}${yes}{{else}}${no}{{/${block}}}`,
      ),
  ),
}));

describe("a batch, expanded by the provider,", () => {
  it("equals each mail rendered alone, for any template and any customers", () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        piece.body,
        piece.body,
        piece.body,
        shareds,
        fc.array(customers, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(30, 1_000),
        (subject, html, text, shared, list, maxSteps) => {
          const result = compileTemplate({ subject, html, text }, { maxSteps, maxRenderedSubjectChars: 40 });
          if (!result.ok) return;
          accepted += 1;
          const batch = renderBatch(result.template, shared, list);
          for (const [index, customer] of list.entries()) {
            const alone = renderOne(result.template, { ...shared, ...customer });
            expect(mail(batch, index)).toEqual(alone);
            // What passed the checks may run out of its limits, but must never throw.
            expect(alone).not.toMatchObject({ reason: "template_error" });
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(300); // else the property says little
  });
});

import { describe, expect, it } from "vitest";
import { compileTemplate } from "./compile-template.ts";
import { compiled, refusals } from "./rendering-samples.ts";

describe("compileTemplate", () => {
  it.each([
    [
      "a ready-made tree instead of a string",
      { html: { type: "Program", body: [] } },
      /html must be a string, not object/,
    ],
    ["null", { text: null }, /text must be a string, not null/],
    ["a partial", { html: "{{> footer}}" }, /Partials/],
    ["a dynamic partial", { html: "{{> (lookup . 'x')}}" }, /Partials/],
    ["a partial block", { html: "{{#> layout}}x{{/layout}}" }, /Partials/],
    ["an inline partial", { html: "{{#*inline 'x'}}y{{/inline}}" }, /Decorators/],
    ["a decorator", { html: "{{* deco}}" }, /Decorators/],
    ["a triple stash", { html: "{{{customer.first_name}}}" }, /Unescaped/],
    ["an ampersand stash", { text: "{{&customer.first_name}}" }, /Unescaped/],
    ["a raw block", { html: "{{{{each customer.attributes}}}}x{{{{/each}}}}" }, /Raw blocks/],
    ["an unknown helper", { html: "{{shout customer.first_name}}" }, /no helper "shout"; the helpers are/],
    ["the log helper", { html: "{{log customer.first_name}}" }, /no helper "log"/],
    ["a helper of the house", { html: '{{__out "text" customer.first_name}}' }, /no helper "__out"/],
    ["the house's segment block", { html: "{{#__segment 0}}x{{/__segment}}" }, /no block "__segment"/],
    ["a helper with too few arguments", { html: "{{upper}}" }, /got 0 arguments; write \{\{upper/],
    ["helperMissing by name", { html: "{{helperMissing customer}}" }, /no helper/],
    ["a section", { html: "{{#customer}}x{{/customer}}" }, /no block "customer"; write \{\{#if/],
    ["constructor", { html: "{{customer.constructor.name}}" }, /"constructor" is not a field/],
    ["__proto__ in brackets", { html: "{{customer.[__proto__].x}}" }, /"__proto__" is not/],
    ["private data", { html: "{{@run.meter}}" }, /"@run" is unknown/],
    ["a literal", { html: "{{12}}" }, /prints a literal/],
    ["named arguments", { html: "{{upper customer.email x=1}}" }, /takes no name=value/],
    [
      "an unknown date token",
      { html: '{{formatDate customer.attributes.d "YYYY"}}' },
      /"YYYY" is no date token/,
    ],
    ["an unclosed block", { html: "a\n{{#if customer.email}}b" }, /not closed/],
    ["blocks closed crosswise", { html: "{{#if customer.email}}{{/each}}" }, /if doesn't match each/],
    ["half an expression", { html: "{{customer." }, /not closed|no valid/],
    [
      "a block parameter that hides a helper",
      { html: "{{#each customer.attributes.x as |upper|}}{{/each}}" },
      /takes the name of a helper/,
    ],
    ["a path that begins with a call", { html: "{{(lookup customer 'x').y}}" }, /./],
  ])("refuses %s", (_what, source, message) => {
    expect(refusals(source).join("\n")).toMatch(message);
  });

  it("says where a problem is, counting from one", () => {
    const result = compileTemplate({ subject: "ok", html: "line\n  {{{x}}}", text: "" });
    expect(result).toMatchObject({ ok: false, problems: [{ part: "html", line: 2, column: 3 }] });
  });

  it("reports the problems of all parts at once", () => {
    expect(refusals({ subject: "{{> a}}", html: "{{> b}}{{> c}}", text: "{{{d}}}" })).toHaveLength(4);
  });

  it("refuses a megabyte of subject by its length", () => {
    expect(refusals({ subject: "x".repeat(1 << 20) })[0]).toMatch(/1048576 characters; at most 1000/);
  });

  it.each([
    ["blocks", "{{#if customer.email}}".repeat(5_000) + "{{/if}}".repeat(5_000)],
    ["else-if chains", `{{#if customer.email}}${"{{else if customer.email}}".repeat(5_000)}{{/if}}`],
    ["calls", `{{upper ${"(upper ".repeat(20_000)}customer.email${")".repeat(20_000)}}}`],
  ])("refuses %s nested deep enough to overflow the stack", (_what, html) => {
    expect(refusals({ html })[0]).toMatch(/nested/);
  });

  it("refuses three nested each, which multiply", () => {
    const html = "{{#each customer.attributes.a}}{{#each ../b}}{{#each ../c}}x{{/each}}{{/each}}{{/each}}";
    expect(refusals({ html })[0]).toMatch(/nested more than 2 deep/);
  });

  it("refuses more expressions than a mail has", () => {
    expect(refusals({ text: "{{customer.id}} ".repeat(3_000) })[0]).toMatch(/more than 5000/);
  });

  it("accepts all that a mailer needs", () => {
    const html = `{{! a comment }}<p>Dear {{default customer.first_name "friend"}},</p>{{#if (eq customer.locale "de")}}Hallo{{else if customer.email}}Hi{{else}}Yo{{/if}}
      {{#each customer.attributes.cars as |car index|}}<li>{{index}} {{car.make}} {{@index}} {{../customer.id}}</li>{{/each}}
      {{#with agency}}{{name}}{{/with}}{{lookup customer.attributes "city"}}{{~unsubscribe_url~}}`;
    expect(() =>
      compiled({ subject: "Hi {{upper customer.first_name}}", html, text: "{{custom_message}}" }),
    ).not.toThrow();
  });
});

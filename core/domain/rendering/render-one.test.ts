import { describe, expect, it } from "vitest";
import type { RenderContext } from "./context.ts";
import { compiled, CONTEXT } from "./rendering-samples.ts";
import { renderOne } from "./render-one.ts";

const render = (source: Parameters<typeof compiled>[0], context: RenderContext = CONTEXT, limits = {}) =>
  renderOne(compiled(source, limits), context);
const text = (source: string, attributes = CONTEXT.customer.attributes ?? {}, locale = "en") => {
  const result = render(
    { text: source },
    { ...CONTEXT, customer: { ...CONTEXT.customer, locale, attributes } },
  );
  return result.ok ? result.text : result.reason;
};

describe("renderOne", () => {
  it("escapes values in HTML and leaves them alone in text", () => {
    const result = render({ html: "<p>{{customer.last_name}}</p>", text: "{{customer.last_name}}" });
    expect(result).toMatchObject({ html: "<p>O&#x27;Neil &lt;b&gt;</p>", text: "O'Neil <b>" });
  });

  it("keeps line breaks and control characters out of the subject", () => {
    const customer = { ...CONTEXT.customer, first_name: "A\r\nBcc: x@y.example\u0000\u2028" };
    expect(
      render(
        { subject: "Hi\n{{customer.first_name}}{{#if customer.id}}\r\n!{{/if}}" },
        { ...CONTEXT, customer },
      ),
    ).toMatchObject({
      subject: "Hi A Bcc: x@y.example !",
    });
  });

  it("shows the custom message's line breaks in HTML, and never its markup", () => {
    const html =
      "{{custom_message}}|{{blast.custom_message}}|{{default custom_message 'x'}}|{{upper custom_message}}";
    expect(render({ html, text: "{{custom_message}}" })).toMatchObject({
      html: "Stay &lt;safe&gt;<br>\nCall us|Stay &lt;safe&gt;<br>\nCall us|Stay &lt;safe&gt;<br>\nCall us|STAY &lt;SAFE&gt;\nCALL US",
      text: "Stay <safe>\nCall us",
    });
  });

  it("does not read the custom message as a template", () => {
    const blast = { custom_message: "{{customer.email}}" };
    expect(render({ text: "{{custom_message}}" }, { ...CONTEXT, blast })).toMatchObject({
      text: "{{customer.email}}",
    });
  });

  it("treats an empty custom message as absent", () => {
    const source = { text: "{{#if custom_message}}yes{{else}}no{{/if}}" };
    expect(render(source, { ...CONTEXT, blast: { custom_message: "" } })).toMatchObject({ text: "no" });
  });

  it.each([
    ["{{customer.attributes.nothing}}", ""],
    ["{{customer.attributes.cars}}{{customer}}", ""],
    ["{{#each customer.attributes.cars}}{{@index}}{{make}}{{#if @last}}.{{/if}}{{/each}}", "0Ford1VW."],
    ["{{#each customer.attributes.cars as |car|}}{{car.make}}{{../customer.id}} {{/each}}", "Fordc1 VWc1 "],
    ["{{lookup customer.attributes 'city'}}", "Austin"],
    ["{{lookup customer 'constructor'}}{{lookup customer.attributes.cars 'map'}}", ""],
    ["{{default customer.attributes.x 'friend'}} {{fallback customer.first_name 'friend'}}", "friend Ann"],
    ["{{upper customer.first_name}}{{lower 'ABC'}}{{capitalize 'éa b'}}", "ANNabcÉa b"],
    ["{{urlEncode customer.email}}", "ann%2Bx%40example.com"],
    [
      "{{#if (eq customer.attributes.city 'Austin')}}y{{/if}}{{#unless (eq customer.id 'x')}}n{{/unless}}",
      "yn",
    ],
    [
      "{{formatDate customer.attributes.renewal 'EEEE d MMMM yyyy HH:mm'}}",
      "Saturday 21 November 2026 21:30",
    ],
    ["{{formatDate '2026-02-03' \"d.M.yy 'at' h a\"}}", "3.2.26 at 12 am"],
    ["{{formatDate customer.attributes.city}}|{{formatDate customer.attributes.none}}", "|"],
    ["{{formatNumber customer.attributes.premium 2}} {{formatNumber 'x'}}", "1,234.50 "],
    [
      "{{#with agency}}{{name}} {{../customer.id}} {{@root.customer.email}}{{/with}}",
      "Müller & Söhne c1 ann+x@example.com",
    ],
    ["a {{~customer.id~}} b", "ac1b"],
    ["\\{{customer.id}}", "{{customer.id}}"],
    ["x\n{{#if customer.id}}\ny\n{{/if}}\nz", "x\ny\nz"],
  ])("renders %s", (source, expected) => {
    expect(text(source)).toBe(expected);
  });

  it("writes dates and numbers in the customer's language, and survives one that is none", () => {
    const source = "{{formatDate '2026-03-09' 'EEE d MMMM'}} {{formatNumber 1234.5 1}}";
    expect(text(source, {}, "de")).toBe("Mo. 9 März 1.234,5");
    expect(text(source, {}, "no such locale!")).toBe("Mon 9 March 1,234.5");
  });

  it("is not harmed by attributes that pose as JavaScript's own", () => {
    const attributes = JSON.parse(
      '{"toString":{"a":1},"length":9,"hasOwnProperty":1,"valueOf":"x","o":{"toString":1}}',
    );
    expect(
      text(
        "{{customer.attributes.toString}}{{customer.attributes.o}}{{#each customer.attributes}}{{this}}{{/each}}",
        attributes,
      ),
    ).toBe("91x");
  });

  it("stops a list that multiplies, at the same step on every machine", () => {
    const list = Array.from({ length: 1_000 }, () => "0123456789");
    const source = {
      text: "{{#each customer.attributes.a}}{{#each ../customer.attributes.a}}{{this}}{{/each}}{{/each}}",
    };
    const context = { ...CONTEXT, customer: { ...CONTEXT.customer, attributes: { a: list } } };
    expect(render(source, context)).toMatchObject({ ok: false, reason: "too_many_steps" });
    expect(render(source, context, { maxSteps: 1e9, maxOutputChars: 5_000 })).toMatchObject({
      ok: false,
      reason: "output_too_large",
    });
  });

  it("counts empty loops too", () => {
    const attributes = { a: Array.from({ length: 30_000 }, () => 1) };
    expect(text("{{#each customer.attributes.a}}{{/each}}", attributes)).toBe("too_many_steps");
  });

  it("refuses a mail that one huge value makes too large", () => {
    expect(text("{{customer.attributes.a}}", { a: "x".repeat(2 << 20) })).toBe("output_too_large");
  });

  it("refuses a subject that fits no header line", () => {
    const customer = { ...CONTEXT.customer, first_name: "x".repeat(999) };
    expect(render({ subject: "{{customer.first_name}}" }, { ...CONTEXT, customer })).toMatchObject({
      ok: false,
      reason: "subject_too_long",
    });
  });
});

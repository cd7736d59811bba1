import { describe, expect, it } from "vitest";
import { checkFields, fieldsOf } from "./check-fields.ts";
import { compiled } from "./rendering-samples.ts";

const messages = (text: string, schema = {}) =>
  checkFields(compiled({ text }), schema).map(({ severity, message }) => `${severity}: ${message}`);

describe("fieldsOf", () => {
  it("gives full paths, with blocks' scopes resolved", () => {
    const text =
      "{{#each customer.attributes.cars as |car|}}{{car.make}}{{model}}{{../customer.id}}{{@index}}{{@root.agency.name}}{{/each}}{{lookup customer 'email'}}";
    expect(fieldsOf(compiled({ text })).map(({ path, use }) => `${path} ${use}`)).toEqual([
      "customer.attributes.cars enter",
      "customer.attributes.cars.[].make print",
      "customer.attributes.cars.[].model print",
      "customer.id print",
      "agency.name print",
      "customer enter",
      "customer.email read",
    ]);
  });
});

describe("checkFields", () => {
  it("names the field that was meant", () => {
    const problems = checkFields(compiled({ html: "a\n<p>{{customer.frist_name}}</p>" }));
    expect(problems).toEqual([
      {
        part: "html",
        line: 2,
        column: 6,
        severity: "error",
        message: "{{customer.frist_name}}: no such field; did you mean customer.first_name?",
      },
    ]);
  });

  it.each([
    ["{{first_name}}", /^error: .*did you mean customer.first_name\?$/],
    ["{{agency.nmae}}", /did you mean agency.name\?/],
    ["{{#with customer}}{{emial}}{{/with}}", /\{\{customer.emial\}\}.*did you mean customer.email\?/],
    ["{{zzzzzzzzzz}}", /no such field; the fields are customer.id, .* and customer.attributes.\*/],
    ["{{customer}}", /group of fields/],
    ["{{this}}", /group of fields/],
    ["{{../customer.id}}", /leads out of/],
    ["{{#each customer.attributes.x}}{{customer.id}}{{/each}}", /^warning: .*customers without "x"/],
    ["{{customer.attributes.city}}", /^warning: .*depends on the customer list/],
  ])("reports %s", (text, message) => {
    expect(messages(text)[0]).toMatch(message);
  });

  it("knows the customer list's columns when they are given", () => {
    const schema = { attributes: ["city", "cars"] };
    expect(
      messages("{{customer.attributes.city}}{{#each customer.attributes.cars}}{{make}}{{/each}}", schema),
    ).toEqual([]);
    expect(messages("{{customer.attributes.ctiy}}", schema)[0]).toMatch(
      /^error: .*has no "ctiy"; did you mean customer.attributes.city\?/,
    );
  });

  it("accepts every known field and the short name of the custom message", () => {
    const text =
      "{{customer.email}}{{custom_message}}{{blast.custom_message}}{{unsubscribe_url}}{{#if customer.attributes}}{{/if}}{{#each customer.attributes}}{{this}}{{/each}}";
    expect(messages(text)).toEqual([]);
  });
});

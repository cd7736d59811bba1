import { describe, expect, it } from "vitest";
import { compiled, CONTEXT, refusals } from "./rendering-samples.ts";
import { renderOne } from "./render-one.ts";

const htmlWith = (html: string, value: string): string => {
  const customer = { ...CONTEXT.customer, attributes: { v: value } };
  const result = renderOne(compiled({ html }), { ...CONTEXT, customer });
  return result.ok ? result.html : result.message;
};

describe("links", () => {
  it.each([
    ["https://a.example/?x=1", "https://a.example/?x&#x3D;1"],
    ["HTTP://a.example", "HTTP://a.example"],
    ["mailto:a@b.example", "mailto:a@b.example"],
    ["tel:+1512", "tel:+1512"],
    ["www.acme.example/x", "https://www.acme.example/x"],
    ["/path", "/path"],
    ["", ""],
    ["javascript:alert(1)", "#"],
    ["JaVaScRiPt:alert(1)", "#"],
    ["  javascript:alert(1)", "#"],
    ["\u0001javascript:alert(1)", "#"],
    ["java\nscript:alert(1)", "#"],
    ["java\tscript:alert(1)", "#"],
    ["java&#115;cript:alert(1)", "#"],
    ["javascript&colon;alert(1)", "#"],
    ["data:text/html,<script>", "#"],
    ["vbscript:x", "#"],
    ["\u00a0javascript:x", "#"],
  ])("turn %j into %j", (value, expected) => {
    expect(htmlWith('<a href="{{customer.attributes.v}}">', value)).toBe(`<a href="${expected}">`);
  });

  it("are checked in every attribute that takes one, however it is spelt", () => {
    for (const html of [
      "<img SRC = '{{customer.attributes.v}}'>",
      "<td\nbackground='\n{{customer.attributes.v}}'>",
    ]) {
      expect(htmlWith(html, "javascript:x")).toMatch(/#'>$/);
    }
  });

  it("are checked inside blocks and after them", () => {
    const html =
      '<a {{#if customer.id}}href="{{#if customer.email}}{{customer.attributes.v}}{{/if}}"{{/if}}>';
    expect(htmlWith(html, "javascript:x")).toBe('<a href="#">');
  });

  it("are checked inside Outlook's conditional comments", () => {
    expect(
      htmlWith('<!--[if mso]><v:rect href="{{customer.attributes.v}}"><![endif]-->', "javascript:x"),
    ).toContain('href="#"');
  });

  it("keep values after a written scheme", () => {
    expect(
      htmlWith('<a href="https://x.example/?q={{customer.attributes.v}}&r={{customer.id}}">', "a b"),
    ).toContain("?q=a b&r=c1");
  });

  it.each([
    ['<a href="java{{customer.id}}">', /may not complete/],
    ['<a href="javascript:f({{customer.id}})">', /"javascript:" are not allowed/],
    ['<a href="javascript&#58;f({{customer.id}})">', /without &-codes/],
    ['<a href="{{customer.id}}{{customer.email}}">', /side by side/],
    ['<a href="{{#if customer.id}}https:{{/if}}{{customer.email}}">', /side by side/],
    ["<a href={{customer.id}}>", /quotes/],
    ["<a href=x{{customer.id}}>", /quotes/],
    ["<a {{customer.id}}>", /part of a tag/],
    ["<{{customer.id}}>", /part of a tag/],
    ['<a onclick="f({{customer.id}})">', /runs as a script/],
    ["<script>var x = '{{customer.id}}'</script>", /inside <script>/],
    ['{{#if customer.id}}<a href="{{else}}<p>{{/if}}', /another place/],
    ['{{#each customer.attributes.x}}<a href="{{/each}}', /another place/],
  ])("refuse %s", (html, message) => {
    expect(refusals({ html }).join()).toMatch(message);
  });
});

describe("other places", () => {
  it("lets only harmless characters into styles", () => {
    const html =
      '<p style="color:{{customer.attributes.v}}"><style>p{color:{{customer.attributes.v}} }</style>{{customer.id}}';
    expect(htmlWith(html, "#ff0000")).toBe('<p style="color:#ff0000"><style>p{color:#ff0000 }</style>c1');
    expect(htmlWith(html, "red;background:url(x)")).toBe('<p style="color:"><style>p{color: }</style>c1');
  });

  it("escapes quotes in attributes", () => {
    expect(htmlWith("<p title='{{customer.attributes.v}}'>", "a'b\"c")).toBe("<p title='a&#x27;b&quot;c'>");
  });

  it("allows attributes chosen by a block", () => {
    expect(htmlWith('<td{{#if customer.id}} class="y"{{/if}}>{{customer.attributes.v}}</td>', "<i>")).toBe(
      '<td class="y">&lt;i&gt;</td>',
    );
  });

  it("reads on after comments and unclosed marks", () => {
    expect(
      htmlWith("<!-- <a href= --> 1 < 2 {{customer.attributes.v}} <!--> <br/>{{customer.attributes.v}}", "<"),
    ).toContain("2 &lt; <!--> <br/>&lt;");
  });
});

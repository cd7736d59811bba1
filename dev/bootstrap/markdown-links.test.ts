import { expect, test } from "vitest";
import { anchorsOf, linksOf } from "./markdown-links.ts";

test.each([
  ["see [a](b.md)", ["b.md"]],
  ['[a](b.md "title") and ![picture](c.svg)', ["b.md", "c.svg"]],
  ["[![badge](d.svg)](e.md#part)", ["d.svg", "e.md#part"]],
  ["[name]: f.md", ["f.md"]],
  ["`[a](b.md)`", []],
  ["```md\n[a](b.md)\n```\n[c](d.md)", ["d.md"]],
])("the links of %j are %j", (markdown, targets) => {
  expect(linksOf(markdown).map(({ target }) => target)).toEqual(targets);
});

test("a link knows its line", () => {
  expect(linksOf("one\n\n[a](b.md)")).toEqual([{ target: "b.md", line: 3 }]);
});

test("anchors are named as GitHub names them", () => {
  const markdown =
    "# The Queue's `ack-wait`, in ms\n## Twice\n## Twice\n```\n# no\n```\n<a id='x'></a><a id=\"here\"></a>";
  expect([...anchorsOf(markdown)]).toEqual(["the-queues-ack-wait-in-ms", "twice", "twice-1", "here"]);
});

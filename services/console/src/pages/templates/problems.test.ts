import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { placesIn, problemsOf } from "./problems.ts";

describe("problems of a template", () => {
  it("finds every place in the API's answer, with its own sentence", () => {
    const text =
      "html, line 2, column 5: {{x}}: no such field. text, line 10, column 1: Unclosed {{#if}}. And 3 more.";
    expect(placesIn(text, "error")).toEqual([
      { part: "html", line: 2, column: 5, message: "{{x}}: no such field.", severity: "error" },
      { part: "text", line: 10, column: 1, message: "Unclosed {{#if}}. And 3 more.", severity: "error" },
    ]);
  });

  it("tells what has no place in one sentence, and keeps the warnings", () => {
    const error = new ConnectError("The template has neither HTML nor text.", Code.InvalidArgument);
    const { placed, general } = problemsOf(error, ["subject, line 1, column 3: Maybe misspelt."]);
    expect(general).toBe("The template has neither HTML nor text.");
    expect(placed).toEqual([
      { part: "subject", line: 1, column: 3, message: "Maybe misspelt.", severity: "warning" },
    ]);
  });
});

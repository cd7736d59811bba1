import type { Completion, CompletionSource } from "@codemirror/autocomplete";
import { blocks, helpers, knownFields, type TemplateWord } from "../fields.ts";

/** Offers fields, attributes, helpers and blocks within `{{ }}`, and where one begins. */
export function completeTemplate(attributes: () => readonly TemplateWord[]): CompletionSource {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const opened = before.lastIndexOf("{{");
    if (opened === -1 || before.lastIndexOf("}}") > opened) return null;
    const word = /[#/\w.]*$/.exec(before)?.[0] ?? "";
    const first = before.slice(opened + 2, before.length - word.length).trim() === "";
    const closed = context.state.sliceDoc(context.pos, context.pos + 2) === "}}";
    const option =
      (type: string) =>
      ({ label, detail, apply }: TemplateWord): Completion => ({
        label,
        detail,
        type,
        apply: `${apply ?? label}${first && type === "variable" && !closed ? "}}" : ""}`,
      });
    return {
      from: context.pos - word.length,
      options: [
        ...knownFields.map(option("variable")),
        ...attributes().map(option("variable")),
        ...helpers.map(option("function")),
        ...(first ? blocks.map(option("keyword")) : []),
      ],
      validFor: /^[#/\w.]*$/,
    };
  };
}

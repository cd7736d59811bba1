import { HighlightStyle } from "@codemirror/language";
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The editor in the console's own colours, which follow light and dark by themselves. */
export const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "transparent", fontSize: "var(--size-2)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 11px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--surface-2)", color: "var(--text-3)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--surface-2) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--surface-3)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--surface-3)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)" },
  ".cm-mustache": { color: "var(--accent)", backgroundColor: "var(--accent-soft)", borderRadius: "3px" },
  ".cm-mustache *": { color: "inherit" },
  ".cm-tooltip": {
    color: "var(--text)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-1)",
    boxShadow: "var(--shadow-2)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.85", fontStyle: "normal", marginLeft: "12px" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeftWidth: "3px" },
});

/** Colours of HTML, few and from the console's tones. */
export const colours = [
  HighlightStyle.define([
    { tag: [tags.tagName, tags.angleBracket], color: "var(--info)" },
    { tag: tags.attributeName, color: "var(--warn)" },
    { tag: [tags.attributeValue, tags.string], color: "var(--good)" },
    { tag: tags.comment, color: "var(--text-3)" },
    { tag: [tags.character, tags.propertyName], color: "var(--text-2)" },
  ]),
];

const matcher = new MatchDecorator({
  regexp: /\{\{[^{}]*\}\}/g,
  decoration: Decoration.mark({ class: "cm-mustache" }),
});

/** Marks every `{{ }}`, in whatever language stands around it. */
export const mustaches = ViewPlugin.define(
  (view) => ({
    marks: matcher.createDeco(view),
    update(change: ViewUpdate) {
      this.marks = matcher.updateDeco(change, this.marks);
    },
  }),
  { decorations: (plugin) => plugin.marks },
);

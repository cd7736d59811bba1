import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { html, htmlLanguage } from "@codemirror/lang-html";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { TemplateWord } from "../fields.ts";
import type { PlacedProblem } from "../problems.ts";
import type { CodeKind } from "./code-editor.tsx";
import { colours, mustaches, theme } from "./code-theme.ts";
import { completeTemplate } from "./complete-template.ts";

/** What an editor is made with. */
export type EditorOptions = {
  label: string;
  kind: CodeKind;
  readOnly: boolean;
  value: string;
  onChange: (value: string) => void;
  attributes: () => readonly TemplateWord[];
};

/** An editor that stands in the page. */
export type EditorHandle = {
  setValue: (value: string) => void;
  setProblems: (problems: readonly PlacedProblem[]) => void;
  destroy: () => void;
};

/** Puts an editor into `parent`. Tab moves on to the next control, as everywhere; completion opens while typing and with Ctrl-Space. */
export function createEditor(parent: HTMLElement, options: EditorOptions): EditorHandle {
  const view = new EditorView({
    parent,
    state: EditorState.create({ doc: options.value, extensions: extensionsOf(options) }),
  });
  return {
    setValue: (value) => {
      if (value !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
    },
    setProblems: (problems) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(view, problems))),
    destroy: () => view.destroy(),
  };
}

function extensionsOf({ label, kind, readOnly, onChange, attributes }: EditorOptions): Extension[] {
  const complete = completeTemplate(attributes);
  const shared = [
    history(),
    drawSelection(),
    EditorView.lineWrapping,
    bracketMatching(),
    closeBrackets(),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    mustaches,
    theme,
    colours.map((style) => syntaxHighlighting(style)),
    EditorView.contentAttributes.of({
      "aria-label": label,
      tabindex: "0",
      spellcheck: kind === "html" ? "false" : "true",
    }),
    EditorState.readOnly.of(readOnly),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
  if (kind === "subject") return [...shared, oneLine, autocompletion({ override: [complete] })];
  const page = [...shared, lineNumbers(), highlightActiveLine(), lintGutter()];
  return kind === "html"
    ? [...page, html(), htmlLanguage.data.of({ autocomplete: complete }), autocompletion()]
    : [...page, autocompletion({ override: [complete] })];
}

/** A subject is one header line: what would break it becomes nothing. */
const oneLine = EditorState.transactionFilter.of((transaction) =>
  transaction.docChanged && transaction.newDoc.lines > 1 ? [] : transaction,
);

function diagnosticsOf({ state }: EditorView, problems: readonly PlacedProblem[]) {
  return problems.map(({ line, column, message, severity }) => {
    const at = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
    const from = Math.min(at.from + column - 1, at.to);
    // To the end of the expression, or of the line where it goes on below.
    const end = at.text.indexOf("}}", from - at.from);
    return { from, to: end === -1 ? at.to : at.from + end + 2, severity, message };
  });
}

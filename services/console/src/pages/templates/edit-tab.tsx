import { useState } from "react";
import type { Customer } from "#gen/fanfare/api/v1/customer_pb.js";
import { plural } from "../../format/numbers.ts";
import { TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import type { TemplateDraft } from "./draft.ts";
import { CodeEditor } from "./editor/code-editor.tsx";
import { PreviewPane } from "./preview-pane.tsx";
import styles from "./template-page.module.css";
import { useAttributeWords, usePreview } from "./use-preview.ts";

// Where lists of mails on common phones, and in common desktop programs, cut a subject.
const phoneChars = 40;
const desktopChars = 70;
// What people count as one letter: an emoji is one.
const letters = new Intl.Segmenter();

/** The parts of a template, and beside them the mail that they make. */
export function EditTab({
  draft,
  onChange,
  readOnly,
}: {
  draft: TemplateDraft;
  onChange: (draft: TemplateDraft) => void;
  readOnly: boolean;
}) {
  const [part, setPart] = useState<"html" | "text">("html");
  const [customer, setCustomer] = useState<Customer>();
  const [message, setMessage] = useState("Stay safe.");
  const preview = usePreview(draft, customer, message);
  const attributes = useAttributeWords();
  const problemsIn = (wanted: string) => preview.placed.filter((problem) => problem.part === wanted);
  const other = part === "html" ? "text" : "html";
  const shared = { attributes, readOnly };
  return (
    <div className={styles.split}>
      <Stack gap={4}>
        <TextField
          label="Name"
          hint="Only your agency sees it."
          required
          maxLength={200}
          autoComplete="off"
          readOnly={readOnly}
          value={draft.name}
          onChange={(event) => onChange({ ...draft, name: event.target.value })}
        />
        <div className={styles.subject}>
          <CodeEditor
            label="Subject"
            kind="subject"
            value={draft.subject}
            problems={problemsIn("subject")}
            onChange={(subject) => onChange({ ...draft, subject })}
            {...shared}
          />
          <SubjectHint subject={preview.mail?.subject ?? draft.subject} />
        </div>
        <Segmented<"html" | "text">
          label="Part of the mail"
          value={part}
          onChange={setPart}
          choices={[
            { key: "html", label: "HTML" },
            { key: "text", label: "Text" },
          ]}
        />
        <CodeEditor
          key={part}
          label={part === "html" ? "HTML" : "Text"}
          kind={part}
          value={draft[part]}
          problems={problemsIn(part)}
          onChange={(text) => onChange({ ...draft, [part]: text })}
          {...shared}
        />
        <p className={styles.hint}>
          {part === "html"
            ? "Type {{ for the customer's fields, your agency's, and helpers; Ctrl-Space offers them again."
            : "What programs without HTML show. Empty is fine: it is then made of the HTML."}
          {problemsIn(other).length > 0
            ? ` There ${problemsIn(other).length === 1 ? "is" : "are"} ${plural(problemsIn(other).length, "problem")} in the ${other === "html" ? "HTML" : "text"} too.`
            : ""}
        </p>
      </Stack>
      <div className={styles.preview}>
        <PreviewPane
          preview={preview}
          customer={customer}
          onCustomer={setCustomer}
          message={message}
          onMessage={setMessage}
        />
      </div>
    </div>
  );
}

function SubjectHint({ subject }: { subject: string }) {
  const length = [...letters.segment(subject)].length;
  const verdict =
    length > desktopChars
      ? "Most programs cut it: put what matters first."
      : length > phoneChars
        ? "Phones may cut its end."
        : "Fits everywhere.";
  return (
    <p className={styles.hint}>
      {plural(length, "character")} when filled in. {verdict}
    </p>
  );
}

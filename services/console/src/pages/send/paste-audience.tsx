import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { type ChangeEvent, useRef, useState } from "react";
import { CustomerService, type ImportReport } from "#gen/fanfare/api/v1/customer_pb.js";
import { count, plural } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Row, Stack } from "../../ui/page.tsx";
import { ErrorNote } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import type { AudienceChoice } from "./draft.ts";
import { csvOf } from "./pasted.ts";

// What one call of the API takes; larger files belong on the customers' page, which reads them in pieces.
const maxBytes = 4 * 1024 * 1024;
const shownErrors = 5;

/** Addresses, or a CSV: they become customers on a list of their own, and the list becomes the audience. */
export function PasteAudience({
  choice,
  onChange,
}: {
  choice: AudienceChoice & { kind: "paste" };
  onChange: (choice: AudienceChoice) => void;
}) {
  const queries = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const [report, setReport] = useState<ImportReport>();
  const { mutate, isPending, error } = useMutation(CustomerService.method.importCustomersUnary, {
    onSuccess: ({ report: made }) => {
      setReport(made);
      if (made !== undefined && made.listId !== "") {
        onChange({ ...choice, listId: made.listId });
        void queries.invalidateQueries();
      }
    },
  });
  const { csv, rows } = csvOf(choice.text);
  const bytes = new TextEncoder().encode(csv);
  const tooLarge = bytes.byteLength > maxBytes;
  const readFile = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    event.target.value = "";
    if (chosen === undefined) return;
    if (chosen.size > maxBytes) toast("That file is larger than 4 MB: import it on the customers' page.");
    else onChange({ kind: "paste", text: await chosen.text(), listId: "" });
  };
  return (
    <Stack gap={3}>
      <TextArea
        label="Addresses, or a CSV whose first line names its columns"
        rows={7}
        value={choice.text}
        spellCheck={false}
        placeholder={"ann@example.com\nbob@example.com"}
        error={tooLarge ? "That is more than 4 MB: import it on the customers' page." : undefined}
        hint="They become customers of the agency and stay on a list of their own."
        onChange={(event) => onChange({ kind: "paste", text: event.target.value, listId: "" })}
      />
      <Row gap={3}>
        <Button
          busy={isPending}
          disabled={rows === 0 || tooLarge || choice.listId !== ""}
          onClick={() => mutate({ csv: bytes, settings: { listName: listName(rows) } })}
        >
          {choice.listId === "" ? `Make a list of ${plural(rows, "row")}` : "The list is made"}
        </Button>
        <Button look="quiet" icon={<FileUp size={16} />} onClick={() => file.current?.click()}>
          Open a CSV file
        </Button>
        <input
          ref={file}
          type="file"
          accept=".csv,text/csv,text/plain"
          hidden
          aria-label="CSV file"
          onChange={(event) => void readFile(event)}
        />
      </Row>
      <ErrorNote error={error} />
      {report === undefined ? null : <Report report={report} />}
    </Stack>
  );
}

function listName(rows: number): string {
  const now = new Date();
  const when = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" }).format(now);
  return `Pasted ${when} (${count(rows)})`;
}

function Report({ report }: { report: ImportReport }) {
  return (
    <div role="status">
      <Notice tone={report.failed > 0 ? "warn" : "info"}>
        <p>
          {plural(report.created, "new customer")}, {count(report.updated)} known
          {report.failed > 0 ? `, ${plural(report.failed, "row")} left out` : ""}.
        </p>
        <ul>
          {report.errors.slice(0, shownErrors).map((problem) => (
            <li key={`${problem.line} ${problem.column}`}>
              Line {problem.line}: {problem.message}
            </li>
          ))}
        </ul>
        {report.failed > shownErrors ? <p>… and {count(report.failed - shownErrors)} more.</p> : null}
      </Notice>
    </div>
  );
}

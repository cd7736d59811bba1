import { CircleCheck, Download } from "lucide-react";
import { count, percent, plural } from "../../../format/numbers.ts";
import { Button } from "../../../ui/button.tsx";
import { Card, Figure, Figures } from "../../../ui/card.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { Row, Stack } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress.tsx";
import { ErrorNote } from "../../../ui/states.tsx";
import { Table } from "../../../ui/table.tsx";
import { errorsCsv } from "./errors-csv.ts";
import type { ImportProgress } from "./use-import.ts";

const shownErrors = 10;

const titles = {
  idle: "",
  running: ["Checking the file", "Importing"],
  stopped: ["The check was stopped", "The import was stopped"],
  failed: ["The check broke off", "The import broke off"],
  done: ["What would be imported", "Imported"],
} as const;

/** How a check or an import stands, what was wrong, and the next step. */
export function ImportProgressCard({
  file,
  progress,
  onStop,
  onContinue,
  onImport,
}: {
  file: File;
  progress: ImportProgress;
  onStop: () => void;
  onContinue: () => void;
  onImport: () => void;
}) {
  const { state, dryRun, rows, created, updated, failed, errors, doneBytes } = progress;
  const good = rows - failed;
  return (
    <Card title={titles[state][dryRun ? 0 : 1]}>
      <Stack gap={4}>
        {state === "done" ? null : (
          <>
            <ProgressBar
              label={dryRun ? "Checking the file" : "Importing"}
              total={file.size}
              parts={[{ label: "Read", value: doneBytes, tone: dryRun ? "info" : "good" }]}
            />
            <p className="muted numeric">
              {percent(doneBytes, file.size)}, {plural(rows, "row")}
            </p>
          </>
        )}
        <Figures>
          <Figure label="Rows" value={count(rows)} />
          <Figure label={dryRun ? "Would be new" : "New"} value={count(created)} />
          <Figure label={dryRun ? "Would be updated" : "Updated or unchanged"} value={count(updated)} />
          <Figure label="Wrong, left out" value={count(failed)} />
        </Figures>
        <p className="visually-hidden" role="status">
          {state === "done"
            ? `${titles.done[dryRun ? 0 : 1]}: ${plural(good, "row")}, ${count(failed)} wrong.`
            : ""}
        </p>
        {state === "failed" ? <ErrorNote error={progress.problem} /> : null}
        {errors.length > 0 ? <Errors file={file} progress={progress} /> : null}
        <Row gap={3}>
          {state === "running" ? <Button onClick={onStop}>Stop</Button> : null}
          {state === "stopped" || state === "failed" ? (
            <Button look="primary" onClick={onContinue}>
              Continue
            </Button>
          ) : null}
          {state === "done" && dryRun ? (
            <Button look="primary" disabled={good === 0} onClick={onImport}>
              Import {plural(good, "customer")}
            </Button>
          ) : null}
          {state === "done" && !dryRun ? <Done progress={progress} /> : null}
        </Row>
      </Stack>
    </Card>
  );
}

function Done({ progress }: { progress: ImportProgress }) {
  const { listId } = progress;
  return (
    <>
      <LinkButton to="/customers" search={listId === "" ? {} : { list: listId }} look="primary">
        <CircleCheck size={16} aria-hidden="true" /> Look at them
      </LinkButton>
      <LinkButton to="/send">Send a blast</LinkButton>
    </>
  );
}

function Errors({ file, progress: { errors, moreErrors } }: { file: File; progress: ImportProgress }) {
  return (
    <Stack gap={3}>
      <Notice
        tone="warn"
        actions={
          <Button
            icon={<Download size={16} />}
            onClick={() => download(`${file.name} errors.csv`, errorsCsv(errors))}
          >
            Download the errors
          </Button>
        }
      >
        {plural(errors.length, "value")} {errors.length === 1 ? "is" : "are"} wrong
        {moreErrors ? ", and more" : ""}. Those rows are left out; mend them and import the file again: nobody
        is made twice.
      </Notice>
      <Table
        caption="The first errors"
        rows={errors.slice(0, shownErrors)}
        keyOf={({ line, column }) => `${line} ${column}`}
        columns={[
          { name: "Line", numeric: true, cell: ({ line }) => count(line) },
          { name: "Column", cell: ({ column }) => column || "–" },
          { name: "What is wrong", grow: true, cell: ({ message }) => message },
        ]}
      />
    </Stack>
  );
}

function download(name: string, csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

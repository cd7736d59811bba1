import { useEffect, useState } from "react";
import { Card } from "../../../ui/card.tsx";
import { Button } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { Row, Stack } from "../../../ui/page.tsx";
import { useCustomersChanged, useLists } from "../use-customers.ts";
import { choicesProblem, guessChoices } from "./fields.ts";
import { ImportProgressCard } from "./import-progress.tsx";
import { MappingTable } from "./mapping-table.tsx";
import type { FilePreview } from "./preview-file.ts";
import { useImport } from "./use-import.ts";

/** What the columns hold, the list to put the customers on, the try without writing, and the import itself. */
export function MapAndRun({
  file,
  preview,
  encoding,
}: {
  file: File;
  preview: FilePreview;
  encoding: string;
}) {
  const [choices, setChoices] = useState(() => guessChoices(preview.columns));
  const [listName, setListName] = useState("");
  const { progress, run, stop, reset } = useImport();
  const lists = useLists().data?.lists ?? [];
  const changed = useCustomersChanged();
  const problem = choicesProblem(choices);
  const { state, dryRun } = progress;
  const running = state === "running";
  useEffect(() => {
    if (!dryRun && (state === "done" || state === "stopped")) changed();
  }, [dryRun, state, changed]);
  const mapping = Object.fromEntries(
    preview.columns.flatMap((column, at) => (choices[at] ? [[column, choices[at]]] : [])),
  );
  const plan = { file, header: preview.header, mapping, listName: listName.trim(), encoding };
  const imported = state === "done" && !dryRun;
  return (
    <Stack gap={5}>
      <Card title="What the columns hold" flush>
        <MappingTable
          preview={preview}
          choices={choices}
          disabled={running || imported}
          onChange={(next) => {
            setChoices(next);
            reset();
          }}
        />
      </Card>
      <Card title="Where to put them">
        <Stack gap={4}>
          <TextField
            label="List"
            hint="Every customer of the file is put on it. A name that you do not have yet makes a new list; leave it empty for none."
            maxLength={200}
            list="lists-of-import"
            value={listName}
            disabled={running || imported}
            onChange={(event) => {
              setListName(event.target.value);
              reset();
            }}
          />
          <datalist id="lists-of-import">
            {lists.map((list) => (
              <option key={list.id} value={list.name} />
            ))}
          </datalist>
          {problem === undefined ? null : <Notice tone="warn">{problem}</Notice>}
          {state === "idle" ? (
            <Row gap={3}>
              <Button look="primary" disabled={problem !== undefined} onClick={() => void run(plan, true)}>
                Check the file
              </Button>
              <span className="muted">Reads all of it, and writes nothing.</span>
            </Row>
          ) : null}
        </Stack>
      </Card>
      {state === "idle" ? null : (
        <ImportProgressCard
          file={file}
          progress={progress}
          onStop={stop}
          onContinue={() => void run(plan, dryRun, progress)}
          onImport={() => void run(plan, false)}
        />
      )}
    </Stack>
  );
}

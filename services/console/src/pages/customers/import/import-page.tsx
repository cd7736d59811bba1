import { Link } from "@tanstack/react-router";
import { FileSpreadsheet } from "lucide-react";
import { useEffect, useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { useMay } from "../../../app/session.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { SelectField } from "../../../ui/field.tsx";
import { Page, Row, Stack } from "../../../ui/page.tsx";
import { EmptyState, Loading } from "../../../ui/states.tsx";
import { DropZone } from "./drop-zone.tsx";
import styles from "./import.module.css";
import { MapAndRun } from "./map-and-run.tsx";
import { type Encoding, encodings, type FilePreview, previewFile } from "./preview-file.ts";

/** Brings customers from a CSV file: choose it, say what its columns hold, try it without writing, import. */
export function ImportPage() {
  const may = useMay(Role.SENDER);
  const [file, setFile] = useState<File>();
  return (
    <Page
      title="Import customers"
      above={<Link to="/customers">Customers</Link>}
      lead="From a CSV file of any size. Nothing is written before you say so."
    >
      {!may ? (
        <Card>
          <EmptyState title="You may not import">
            Importing needs the role sender; an admin of the agency can give it to you.
          </EmptyState>
        </Card>
      ) : file === undefined ? (
        <DropZone onFile={setFile} />
      ) : (
        <ChosenFile
          key={`${file.name} ${file.lastModified}`}
          file={file}
          onAnother={() => setFile(undefined)}
        />
      )}
    </Page>
  );
}

type Read = { preview?: FilePreview; problem?: string };

function ChosenFile({ file, onAnother }: { file: File; onAnother: () => void }) {
  const [encoding, setEncoding] = useState<Encoding>("utf-8");
  const [{ preview, problem }, setRead] = useState<Read>({});
  useEffect(() => {
    let gone = false;
    previewFile(file, encoding).then(
      (found) => gone || setRead({ preview: found }),
      (error: unknown) =>
        gone || setRead({ problem: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      gone = true;
    };
  }, [file, encoding]);
  return (
    <Stack gap={5}>
      <Card>
        <Row gap={4} between>
          <Row gap={3}>
            <FileSpreadsheet size={22} aria-hidden="true" />
            <div>
              <strong className={styles.name}>{file.name}</strong>
              <div className="muted">{sizeOf(file.size)}</div>
            </div>
          </Row>
          <Row gap={3}>
            <SelectField
              label="Encoding"
              hideLabel
              value={encoding}
              onChange={(event) => setEncoding(event.target.value as Encoding)}
            >
              {encodings.map((each) => (
                <option key={each} value={each}>
                  {each === "utf-8" ? "UTF-8" : each === "latin1" ? "Latin 1" : "Windows 1252 (Excel)"}
                </option>
              ))}
            </SelectField>
            <Button onClick={onAnother}>Another file</Button>
          </Row>
        </Row>
      </Card>
      {problem !== undefined ? (
        <Card>
          <EmptyState
            title="This file cannot be read"
            action={<Button onClick={onAnother}>Choose another</Button>}
          >
            {problem}
          </EmptyState>
        </Card>
      ) : preview === undefined ? (
        <Loading lines={8} label="Reading the file" />
      ) : (
        <MapAndRun file={file} preview={preview} encoding={encoding} />
      )}
    </Stack>
  );
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1_000))} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

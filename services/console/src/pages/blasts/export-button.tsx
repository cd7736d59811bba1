import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ExportService, ExportState } from "#gen/fanfare/api/v1/export_pb.js";
import { ExportFormat, ExportSubject } from "#gen/fanfare/work/v1/export_customers_pb.js";
import { transport } from "../../connect/transport.ts";
import { count } from "../../format/numbers.ts";
import { Button } from "../../ui/button.tsx";
import { toastError } from "../../ui/toast.tsx";

const pollMs = 700;
// An exporter that runs takes an order within a second.
const maxWaitMs = 60_000;
// A browser holds the file in memory before it saves it; larger ones are fetched by the API or the command line.
const maxBytes = 512 * 1024 * 1024;

/** Has the deliveries written as CSV by the exporter, waits for the file, and saves it. */
export function ExportButton({ blastId }: { blastId: string }) {
  const [progress, setProgress] = useState<string>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async () => {
    const { signal } = (stop.current = new AbortController());
    setProgress("Asking…");
    try {
      const file = await exported(blastId, signal, (rows) => setProgress(`${count(rows)} rows…`));
      setProgress("Saving…");
      await save(file, signal);
    } catch (error) {
      if (!signal.aborted) toastError(error);
    } finally {
      setProgress(undefined);
    }
  };
  return (
    <Button icon={<Download size={16} />} busy={progress !== undefined} onClick={() => void start()}>
      <span aria-live="polite">{progress ?? "Export CSV"}</span>
    </Button>
  );
}

const client = createClient(ExportService, transport);

async function exported(blastId: string, signal: AbortSignal, told: (rows: bigint) => void) {
  const spec = { subject: ExportSubject.DELIVERIES, format: ExportFormat.CSV, blastId };
  const asked = await client.requestExport({ idempotencyKey: crypto.randomUUID(), spec }, { signal });
  const from = Date.now();
  let now = asked.export;
  while (now?.state === ExportState.REQUESTED || now?.state === ExportState.RUNNING) {
    told(now.rows);
    if (now.state === ExportState.REQUESTED && Date.now() - from > maxWaitMs)
      throw failed(
        "No exporter has taken the order within a minute; the operator of the platform must look.",
      );
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    now = (await client.getExport({ exportId: now.id }, { signal })).export;
  }
  if (now?.state !== ExportState.COMPLETED) throw failed(now?.failure || "The export failed.");
  if (now.bytes > maxBytes) throw failed("The file is too large for a browser; use the command line.");
  return now;
}

const failed = (message: string) => new ConnectError(message, Code.Aborted);

async function save(file: { id: string; fileName: string }, signal: AbortSignal): Promise<void> {
  const chunks: BlobPart[] = [];
  for await (const { chunk } of client.downloadExport({ exportId: file.id }, { signal }))
    chunks.push(chunk as Uint8Array<ArrayBuffer>);
  const url = URL.createObjectURL(new Blob(chunks, { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: file.fileName });
  link.click();
  URL.revokeObjectURL(url);
}

import { useCallback, useRef, useState } from "react";
import { createClient } from "@connectrpc/connect";
import { CustomerService, type ImportError } from "#gen/fanfare/api/v1/customer_pb.js";
import { transport } from "../../../connect/transport.ts";
import { type Header, splitFile } from "./split-file.ts";

/** What is to be imported, and how. */
export type ImportPlan = {
  file: File;
  header: Header;
  mapping: Record<string, string>;
  listName: string;
  encoding: string;
};

/** How an import stands. */
export type ImportProgress = {
  state: "idle" | "running" | "stopped" | "failed" | "done";
  dryRun: boolean;
  rows: number;
  created: number;
  updated: number;
  failed: number;
  errors: readonly ImportError[];
  /** True when there were more errors than are kept. */
  moreErrors: boolean;
  listId: string;
  doneBytes: number;
  /** Lines that are behind, for going on. */
  linesBefore: number;
  /** What ended it, in `failed`. */
  problem: unknown;
};

// More lines nobody mends by hand; the cause is then a column.
const maxErrors = 10_000;

const nothing: ImportProgress = {
  state: "idle",
  dryRun: false,
  rows: 0,
  created: 0,
  updated: 0,
  failed: 0,
  errors: [],
  moreErrors: false,
  listId: "",
  doneBytes: 0,
  linesBefore: 0,
  problem: undefined,
};

/**
 * Sends a file part by part. Stopping keeps what is imported, and going on begins behind the last part that was answered; a part that is sent twice
 * changes nothing the second time, because rows are told apart by id or address.
 */
export function useImport() {
  const [progress, setProgress] = useState(nothing);
  const stopper = useRef<AbortController>(undefined);
  const run = useCallback(async (plan: ImportPlan, dryRun: boolean, from?: ImportProgress) => {
    const stop = new AbortController();
    stopper.current = stop;
    let now: ImportProgress = { ...(from ?? nothing), state: "running", dryRun, problem: undefined };
    setProgress(now);
    const client = createClient(CustomerService, transport);
    const settings = { listName: plan.listName, mapping: plan.mapping, encoding: plan.encoding, dryRun };
    try {
      for await (const part of splitFile(plan.file, plan.header, from)) {
        const { report } = await client.importCustomersUnary(
          { settings, csv: part.bytes },
          { signal: stop.signal },
        );
        const found = (report?.errors ?? []).map((error) => ({
          ...error,
          line: error.line + part.linesBefore,
        }));
        const errors = [...now.errors, ...found].slice(0, maxErrors);
        now = {
          ...now,
          rows: now.rows + (report?.rows ?? 0),
          created: now.created + (report?.created ?? 0),
          updated: now.updated + (report?.updated ?? 0),
          failed: now.failed + (report?.failed ?? 0),
          errors,
          moreErrors: now.moreErrors || now.errors.length + found.length > maxErrors || found.length >= 1_000,
          listId: now.listId || (report?.listId ?? ""),
          doneBytes: part.doneBytes,
          linesBefore: part.linesAfter,
        };
        setProgress(now);
      }
      setProgress({ ...now, state: "done", doneBytes: plan.file.size });
    } catch (problem) {
      setProgress(stop.signal.aborted ? { ...now, state: "stopped" } : { ...now, state: "failed", problem });
    }
  }, []);
  const stop = useCallback(() => stopper.current?.abort(), []);
  const reset = useCallback(() => {
    stopper.current?.abort();
    setProgress(nothing);
  }, []);
  return { progress, run, stop, reset };
}

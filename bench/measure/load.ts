import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  BlastService,
  SendBlastRequestSchema,
  SendBlastResponseSchema,
  SendToCustomerRequestSchema,
  SendToCustomerResponseSchema,
} from "#gen/fanfare/api/v1/blast_pb.js";
import type { BenchAgency } from "../setup/agency.ts";
import { buildGoProgram } from "../setup/go-program.ts";

/** Calls at a fixed rate, whatever the answers take. */
export type LoadPlan = {
  url: string;
  apiKey: string;
  templateId: string;
  ratePerS: number;
  /** It stops after so many, or when it is asked to. */
  callsMax: number;
  call: { kind: "sendBlast"; listId: string } | { kind: "sendToCustomer"; customerIds: readonly string[] };
};

/** One call. All times are of this machine's clock; the latency starts when the call was due, not when it left. */
export type Sample = {
  dueAtMs: number;
  latencyMs: number;
  /** How late the client itself was. */
  lateMs: number;
  /** Of the blast that it made. */
  blastId: string;
  error: string;
};

export type Load = {
  /** Resolves when the first call is due: connection and api are warm. */
  started: Promise<void>;
  stop: () => void;
  /** Every call, when the last one was answered. */
  samples: Promise<Sample[]>;
};

/** A line of the caller: that it has started, or a call. */
type Line = { started: true } | (Omit<Sample, "blastId"> & { answer: string | null });

/** Enough for the compiler of the api to have seen the path. */
const WARM_UP_CALLS = 100;
/** Longer than any answer that is of use. */
const CALL_TIMEOUT_MS = 20_000;

/** Calls from a small program of its own: what a client in this one, or in Node at all, spends is a good part of what it measures. */
export async function startLoad(plan: LoadPlan): Promise<Load> {
  const command = await buildGoProgram("caller");
  const started = Promise.withResolvers<void>();
  const samples = Promise.withResolvers<Sample[]>();
  // Whoever called may be busy elsewhere when it fails, and asks later.
  for (const { promise } of [started, samples]) promise.catch(() => undefined);
  // It ends with its input, and that with us.
  const caller = spawn(command, [], { stdio: ["pipe", "pipe", "inherit"] });
  const fail = (error: Error) => {
    started.reject(error);
    samples.reject(error);
  };
  const taken: Sample[] = [];
  createInterface({ input: caller.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as Line;
    if ("started" in line) started.resolve();
    else taken.push(toSample(plan, line));
  });
  caller.stdin.on("error", fail);
  caller.on("error", fail);
  caller.on("close", (code) => {
    if (code === 0) samples.resolve(taken);
    else fail(new Error(`the caller ended with ${code}; what it said is above`));
  });
  caller.stdin.write(`${JSON.stringify(callsOf(plan))}\n`);
  return { started: started.promise, samples: samples.promise, stop: () => caller.stdin.end() };
}

/** The plan as the caller reads it: every request is ready, bodies in base64. */
function callsOf(plan: LoadPlan) {
  const method = plan.call.kind === "sendBlast" ? "SendBlast" : "SendToCustomer";
  return {
    url: `${plan.url}/${BlastService.typeName}/${method}`,
    headers: {
      authorization: `Bearer ${plan.apiKey}`,
      "content-type": "application/proto",
      "connect-protocol-version": "1",
    },
    bodies: Array.from({ length: WARM_UP_CALLS + plan.callsMax }, (_, index) =>
      Buffer.from(requestOf(plan, index)).toString("base64"),
    ),
    warmUp: WARM_UP_CALLS,
    ratePerS: plan.ratePerS,
    timeoutMs: CALL_TIMEOUT_MS,
  };
}

function requestOf({ call, templateId }: LoadPlan, index: number): Uint8Array {
  const idempotencyKey = randomUUID();
  const content = { templateId };
  if (call.kind === "sendBlast") {
    const audience = { of: { case: "listId", value: call.listId } } as const;
    const request = create(SendBlastRequestSchema, { idempotencyKey, name: "Probe", content, audience });
    return toBinary(SendBlastRequestSchema, request);
  }
  const customerId = call.customerIds[index % call.customerIds.length]!;
  const request = create(SendToCustomerRequestSchema, { idempotencyKey, customerId, content });
  return toBinary(SendToCustomerRequestSchema, request);
}

function toSample({ call }: LoadPlan, { answer, ...line }: Exclude<Line, { started: true }>): Sample {
  const schema = call.kind === "sendBlast" ? SendBlastResponseSchema : SendToCustomerResponseSchema;
  const body = Buffer.from(answer ?? "", "base64");
  return { ...line, blastId: line.error === "" ? fromBinary(schema, body).blastId : "" };
}

/** What all loads on one agency have in common. */
export function loadOn(
  url: string,
  { apiKey, templateId }: BenchAgency,
): Pick<LoadPlan, "url" | "apiKey" | "templateId"> {
  return { url, apiKey, templateId };
}

/** How many calls failed. A failed call stays in the latencies with the time it took to fail: leaving it out would hide the slowest. */
export function failedCalls(samples: readonly Sample[]): number {
  return samples.filter(({ error }) => error !== "").length;
}

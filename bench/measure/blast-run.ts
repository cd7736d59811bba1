import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { BlastState, type Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import type { Audience } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { costsBetween, readCosts, type Costs } from "./costs.ts";
import { acceptedCount, mailsAfter, untilAccepted } from "./sandbox.ts";

/** One blast, from the call of SendBlast to the provider's acceptance of its last mail. */
export type BlastRun = {
  blastId: string;
  mails: number;
  sentAtMs: number;
  /** Freezing ended here and releasing began. */
  startedAtMs: number;
  lastAcceptedAtMs: number;
  mailsPerS: number;
  /** From acceptance of the order to the frozen audience with its credit reserved. */
  freezeMs: number;
  /** From the call to completion as the api tells it. */
  costs: Costs;
};

/** A slow machine manages 200 mails a second; below that something hangs. */
const LIMIT_MS_PER_MAIL = 5;
const LIMIT_BASE_MS = 60_000;
const POLL_MS = 100;

/** A blast that runs, as `startBlast` gives it. */
export type RunningBlast = { blastId: string; sentAtMs: number; ended: Promise<BlastRun> };

/** Sends a blast to all of an audience and follows it until it has completed. Throws when a mail is missing or comes twice. */
export async function runBlast(bench: Bench, audience: Audience): Promise<BlastRun> {
  return (await startBlast(bench, audience)).ended;
}

/** The same, for what measures beside it. Other mails may leave meanwhile. */
export async function startBlast(bench: Bench, audience: Audience): Promise<RunningBlast> {
  const { agency, stack } = bench;
  const before = await acceptedCount(stack.sandboxUrl);
  const costsBefore = readCosts(stack);
  const sentAtMs = Date.now();
  const { blastId } = await agency.api.blasts.sendBlast({
    idempotencyKey: randomUUID(),
    name: `Bench of ${audience.size}`,
    content: { templateId: agency.templateId },
    audience: { of: { case: "listId", value: audience.listId } },
  });
  const follow = async (): Promise<BlastRun> => {
    const limitMs = LIMIT_BASE_MS + LIMIT_MS_PER_MAIL * audience.size;
    await untilAccepted(stack.sandboxUrl, before + audience.size, limitMs);
    const blast = await untilCompleted(bench, blastId);
    const costs = costsBetween(costsBefore, readCosts(stack));
    const lastAcceptedAtMs = await checkMails(bench, blastId, before, audience.size);
    const startedAtMs = timeOf(blast.startedAt);
    const mailsPerS = audience.size / ((lastAcceptedAtMs - sentAtMs) / 1_000);
    const freezeMs = startedAtMs - timeOf(blast.acceptedAt);
    return {
      blastId,
      mails: audience.size,
      sentAtMs,
      startedAtMs,
      lastAcceptedAtMs,
      mailsPerS,
      freezeMs,
      costs,
    };
  };
  const ended = follow();
  // Whoever measures beside it waits for it later.
  ended.catch(() => undefined);
  return { blastId, sentAtMs, ended };
}

async function untilCompleted({ agency }: Bench, blastId: string): Promise<Blast> {
  const giveUpAtMs = performance.now() + LIMIT_BASE_MS;
  for (;;) {
    const { blast } = await agency.api.blasts.getBlast({ blastId });
    if (blast?.state === BlastState.COMPLETED) return blast;
    if (performance.now() > giveUpAtMs)
      throw new Error(`all mails of blast ${blastId} left, and it is still ${BlastState[blast?.state ?? 0]}`);
    await wait(POLL_MS);
  }
}

/** Answers when the last mail was accepted. */
async function checkMails(bench: Bench, blastId: string, after: number, expected: number): Promise<number> {
  let lastMs = 0;
  const rids = new Set<string>();
  for await (const { tag, rid, acceptedAtMs } of mailsAfter(bench.stack.sandboxUrl, after)) {
    if (tag !== blastId) continue;
    if (rids.has(rid)) throw new Error(`the mail ${rid} came twice`);
    rids.add(rid);
    lastMs = Math.max(lastMs, acceptedAtMs);
  }
  if (rids.size !== expected) throw new Error(`blast ${blastId} sent ${rids.size} of ${expected} mails`);
  return lastMs;
}

function timeOf(timestamp: Blast["acceptedAt"]): number {
  if (timestamp === undefined) throw new Error("GetBlast answered without its times");
  return timestampMs(timestamp);
}

import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { BlastState, type Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import type { Audience, BenchAgency } from "../setup/agency.ts";
import type { Bench } from "../setup/bench.ts";
import { addHashes, sumOfHashes } from "./addresses.ts";
import { costsBetween, readCosts, type Costs } from "./costs.ts";
import { callsAfter, sinkStats } from "./sink.ts";

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
  /** Mails that had been accepted at a time, for each call of the blast. */
  progress: { atMs: number; mails: number }[];
};

/** A slow machine manages 200 mails a second; below that something hangs. */
const LIMIT_MS_PER_MAIL = 5;
const LIMIT_BASE_MS = 60_000;
/** Each look is a call of the api; large blasts end no sooner for being looked at often. */
const POLL_MS = 100;
const POLL_LARGE_MS = 1_000;
const LARGE = 50_000;

/** A blast that runs, as `startBlast` gives it. */
export type RunningBlast = { blastId: string; sentAtMs: number; ended: Promise<BlastRun> };

/** What a blast is other than ordinary. */
export type BlastOptions = { lane?: Lane; agency?: BenchAgency; pollMs?: number };

/** Sends a blast to all of an audience and follows it until it has completed. Throws when a mail is missing or comes twice. */
export async function runBlast(bench: Bench, audience: Audience, options?: BlastOptions): Promise<BlastRun> {
  return (await startBlast(bench, audience, options)).ended;
}

/** The same, for what measures beside it. Other mails may leave meanwhile. */
export async function startBlast(
  bench: Bench,
  audience: Audience,
  {
    lane = Lane.BULK,
    agency = bench.agency,
    pollMs = audience.size < LARGE ? POLL_MS : POLL_LARGE_MS,
  }: BlastOptions = {},
): Promise<RunningBlast> {
  const { calls: before } = await sinkStats(bench.sink.url);
  const costsBefore = readCosts(bench);
  const sentAtMs = Date.now();
  const { blastId } = await agency.api.blasts.sendBlast({
    idempotencyKey: randomUUID(),
    name: `Bench of ${audience.size}`,
    content: { templateId: agency.templateId },
    audience: { of: { case: "listId", value: audience.listId } },
    lane,
  });
  const follow = async (): Promise<BlastRun> => {
    const limitMs = LIMIT_BASE_MS + LIMIT_MS_PER_MAIL * audience.size;
    const blast = await untilCompleted(agency, blastId, limitMs, pollMs);
    const costs = costsBetween(costsBefore, readCosts(bench));
    const progress = await checkMails(bench, blastId, before, agency.name, audience.size);
    const lastAcceptedAtMs = progress.at(-1)?.atMs ?? sentAtMs;
    const startedAtMs = timeOf(blast.startedAt);
    return {
      blastId,
      mails: audience.size,
      sentAtMs,
      startedAtMs,
      lastAcceptedAtMs,
      mailsPerS: audience.size / ((lastAcceptedAtMs - sentAtMs) / 1_000),
      freezeMs: startedAtMs - timeOf(blast.acceptedAt),
      costs,
      progress,
    };
  };
  const ended = follow();
  // Whoever measures beside it waits for it later.
  ended.catch(() => undefined);
  return { blastId, sentAtMs, ended };
}

async function untilCompleted(
  { api }: BenchAgency,
  blastId: string,
  limitMs: number,
  pollMs: number,
): Promise<Blast> {
  const giveUpAtMs = performance.now() + limitMs;
  for (;;) {
    // First, and then look: a look is work for the api and for this program, and ten customers would wait for it.
    await wait(pollMs);
    const { blast } = await api.blasts.getBlast({ blastId });
    if (blast?.state === BlastState.COMPLETED) return blast;
    if (performance.now() > giveUpAtMs)
      throw new Error(
        `blast ${blastId} is still ${BlastState[blast?.state ?? 0]} after ${Math.round(limitMs / 1_000)} s`,
      );
  }
}

/** Every address once: that is the count and the sum of hashes. Answers how the mails came. */
async function checkMails(
  { sink }: Bench,
  blastId: string,
  after: number,
  agency: string,
  expected: number,
): Promise<BlastRun["progress"]> {
  const progress: BlastRun["progress"] = [];
  let mails = 0;
  let hashes = 0;
  for await (const call of callsAfter(sink.url, after)) {
    if (call.tag !== blastId) continue;
    mails += call.mails;
    hashes = addHashes(hashes, call.hashes);
    progress.push({ atMs: call.answeredMs, mails });
  }
  if (mails !== expected) throw new Error(`blast ${blastId} sent ${mails} mails for ${expected} customers`);
  if (hashes !== sumOfHashes(agency, expected))
    throw new Error(`blast ${blastId} sent the right number of mails, and not to each customer once`);
  return progress;
}

function timeOf(timestamp: Blast["acceptedAt"]): number {
  if (timestamp === undefined) throw new Error("GetBlast answered without its times");
  return timestampMs(timestamp);
}

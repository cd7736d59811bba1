// I1, I2, I4, I5 and I7 under crashes: a blast runs once for every place where a program can die between two effects, is started again
// there, and everything must hold at the end.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox, type Sandbox } from "#dev/sandbox/sandbox.ts";
import type { FaultRule } from "../../dev/sandbox/faults.ts";
import {
  acceptBlastRows,
  createAgencyRows,
  createCustomerRows,
  type AgencyRows,
} from "#test/support/agency-rows.ts";
import { auditBlast, auditCredits } from "#test/support/audit-blast.ts";
import { createTestDatabase, type TestDatabase } from "#test/support/database.ts";
import { createCrank, type CrankOptions } from "#test/support/hand-crank.ts";

// Two batches and a bit: enough for a batch before and a batch after the one that breaks.
const customers = 7;
const batch = 3;
// A blast of this size crosses fewer boundaries in every program; more means that a program never ends.
const maxBoundaries = 200;
const sweepTimeoutMs = 120_000;

let db: TestDatabase;
let sandbox: Sandbox;
let agencies: Record<"hold" | "resend", AgencyRows>;
const audiences = new Map<string, string[]>();

beforeAll(async () => {
  db = await createTestDatabase();
  sandbox = await startSandbox();
  agencies = {
    hold: await createAgencyRows(db.database, { settings: { doubt_policy: "hold" } }),
    resend: await createAgencyRows(db.database, { settings: { doubt_policy: "resend" } }),
  };
  for (const { agencyId } of Object.values(agencies))
    audiences.set(agencyId, await createCustomerRows(db.database, agencyId, customers));
});
afterAll(async () => {
  await sandbox?.close();
  await db?.drop();
});

type Sweep = {
  crash: Omit<NonNullable<CrankOptions["crash"]>, "at">;
  policy?: "hold" | "resend";
  faults?: FaultRule[];
  /** Every so many boundaries; 1 unless the sweep only repeats another's under one more circumstance. */
  stride?: number;
  /** Deliveries that may end as held: those of the batch that died between its intent and the provider. */
  maxHeld: number;
};

/** Runs the blast until it crosses fewer boundaries than `at`. Answers in words what broke, by boundary. */
async function sweep({ crash, policy = "hold", faults = [], stride = 1, maxHeld }: Sweep): Promise<{ runs: number; broken: string[] }> {
  const agency = agencies[policy];
  const ids = audiences.get(agency.agencyId)!;
  const broken: string[] = [];
  for (let at = 1; at <= maxBoundaries; at += stride) {
    sandbox.setFaults(faults, at);
    const blastId = await acceptBlastRows(db.database, agency, { audience: { customers: { ids } } });
    const crank = createCrank({
      database: db.database, sandboxUrl: sandbox.url, batch, blastWindow: 5, crash: { ...crash, at },
    }); // prettier-ignore
    await crank.untilEnded(blastId);
    const audit = await auditBlast({ database: db.database, sandboxUrl: sandbox.url }, blastId);
    const problems = [...audit.problems, ...(await auditCredits(db.database, agency.agencyId))];
    if (audit.audience !== customers) problems.push(`${audit.audience} deliveries for ${customers} customers`);
    if ((audit.states["held"] ?? 0) > maxHeld) problems.push(`${audit.states["held"]} are held`);
    if ((audit.states["accepted"] ?? 0) + (audit.states["held"] ?? 0) !== customers) problems.push(`somebody was missed: ${JSON.stringify(audit.states)}`);
    for (const problem of problems) broken.push(`${crash.part} died ${crank.doomed?.diedAt ?? "not at all"} (${at}): ${problem}`);
    if (crank.doomed?.diedAt === undefined) return { runs: at, broken };
  }
  throw new Error(`${crash.part} still crosses boundaries after ${maxBoundaries}`);
} // prettier-ignore

/** The scheduler's timers cross a boundary whenever they look, so its sweep ends sooner than its blast. */
const doubtful: FaultRule[] = [
  { kind: "reset-after", probability: 0.3, match: { path: "/messages" } },
  { kind: "429", probability: 0.2, match: { path: "/messages" }, retryAfterSeconds: 1 },
];

describe.each<[string, Sweep]>([
  ["list-sender dies anywhere", { crash: { part: "listSender" }, maxHeld: 0 }],
  ["list-sender dies anywhere and the broker loses everything with it", { crash: { part: "listSender", wipe: true }, stride: 5, maxHeld: 0 }],
  ["customer-sender dies anywhere", { crash: { part: "customerSender" }, maxHeld: batch }],
  ["customer-sender dies anywhere and the broker loses everything with it", { crash: { part: "customerSender", wipe: true }, stride: 5, maxHeld: batch }],
  ["customer-sender dies anywhere while answers get lost", { crash: { part: "customerSender" }, faults: doubtful, maxHeld: batch }],
  ["customer-sender dies anywhere and what is absent is sent again", { crash: { part: "customerSender" }, policy: "resend", maxHeld: 0 }],
  ["the scheduler dies anywhere while answers get lost", { crash: { part: "scheduler" }, faults: doubtful, stride: 3, maxHeld: 0 }],
])("%s", (_name, plan) => {
  test("nobody is missed, nobody gets it twice, and the books are right", { timeout: sweepTimeoutMs }, async () => {
    const { runs, broken } = await sweep(plan);
    expect(broken).toEqual([]);
    expect(runs).toBeGreaterThan(10);
  });
}); // prettier-ignore

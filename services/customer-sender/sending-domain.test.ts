import { expect, test } from "vitest";
import type { ProviderAnswer } from "#core/domain/delivery/answer.ts";
import { createSendingDomain, type Pass, type SendingDomain } from "./sending-domain.ts";

const maxCalls = 16;
const accepted: ProviderAnswer = { kind: "accepted", providerMessageId: "id@example.com" };
const limited: ProviderAnswer = { kind: "retryable", reason: "rate_limited", evidence: "HTTP 429" };
const failed: ProviderAnswer = { kind: "in_doubt", reason: "server_error", evidence: "HTTP 503" };
const { signal } = new AbortController();

/** A domain at a clock that stands still but for waits, and for what happens during one. */
function domainAt() {
  const clock = { nowMs: 1_000, waits: [] as number[], meanwhile: () => {}, stands: false };
  const told = { breaker: 0 };
  const domain = createSendingDomain({
    maxCalls,
    monotonicMs: () => clock.nowMs,
    async wait(ms, wakeUp) {
      clock.waits.push(ms);
      wakeUp.throwIfAborted();
      clock.meanwhile();
      if (clock.stands) await new Promise(() => {});
      clock.nowMs += ms;
    },
    random: () => 0.5,
    onAnswer: () => {},
    onBreaker: () => void (told.breaker += 1),
  });
  return { clock, domain, told };
}

async function entered(domain: SendingDomain, mails: number): Promise<Pass & { kind: "go" }> {
  const pass = await domain.enter(mails, "others", signal);
  if (pass.kind !== "go") throw new Error(`no place, but ${JSON.stringify(pass.room)}`);
  return pass;
}

/** A domain whose provider just refused a second call for its rate: some 450 mails a second. */
async function paced() {
  const parts = domainAt();
  const { clock, domain } = parts;
  for (const answer of [accepted, limited, limited]) {
    const pass = await entered(domain, 500);
    clock.nowMs += 50;
    pass.answered(answer, clock.nowMs - 50, 500);
    pass.leave();
  }
  // What was given times then has had them.
  clock.nowMs += 5_000;
  clock.waits.length = 0;
  return parts;
}

test("a batch for which the pace has no room waits by the clock it was given, and then goes in part", async () => {
  const { clock, domain } = await paced();
  const pass = await entered(domain, 500);
  expect(clock.waits).toHaveLength(1);
  expect(clock.waits[0]).toBeLessThanOrEqual(300);
  expect(pass.room.claimMax).toBeGreaterThan(200);
  expect(pass.room.claimMax).toBeLessThan(500);
});

test("an urgent mail finds room however many others ask", async () => {
  const { clock, domain } = await paced();
  clock.stands = true;
  for (let batches = 0; batches < 8; batches += 1) void domain.enter(500, "others", signal);
  await new Promise(setImmediate);
  clock.stands = false;
  expect(await domain.enter(1, "others", signal)).toMatchObject({ kind: "wait" });
  expect(await domain.enter(1, "urgent", signal)).toMatchObject({ kind: "go", room: { claimMax: 1 } });
});

test("the others' time is told from the end of that wait", async () => {
  const { clock, domain } = await paced();
  const { room } = await entered(domain, 500);
  expect(clock.waits[0]).toBeGreaterThan(250);
  // The promised part is over when it leaves, and nobody else waits.
  expect(room.delayMs).toBeLessThan(5);
  expect(room.spreadMs).toBeGreaterThan(50);
});

test("a blast whose mails line up for seconds is released to others all the same, for they may have room", async () => {
  const { domain } = await paced();
  for (let batches = 0; batches < 2; batches += 1) await domain.enter(2_000, "others", signal);
  const { room } = await domain.enter(500, "others", signal);
  expect(room.delayMs).toBeGreaterThan(2_000);
  expect(room.feedAfterMs).toBe(1_000);
});

test("whoever waited while another call failed claims nothing, and hears when to come again", async () => {
  const { clock, domain } = await paced();
  const other = await entered(domain, 1);
  clock.meanwhile = () => other.answered({ ...limited, retryAfterMs: 5_000 }, clock.nowMs, 1);
  const pass = await domain.enter(500, "others", signal);
  expect(pass).toMatchObject({ kind: "wait", room: { claimMax: 0 } });
  expect(pass.room.delayMs).toBeGreaterThan(4_500);
  expect(pass.room.delayMs).toBeLessThanOrEqual(5_000);
});

test("a wait that is broken off gives its place back", async () => {
  const { clock, domain } = await paced();
  for (let times = 0; times < 2 * maxCalls; times += 1) {
    clock.nowMs += 1_000;
    await expect(domain.enter(500, "others", AbortSignal.abort())).rejects.toThrow("aborted");
  }
  clock.nowMs += 1_000;
  const { room } = await entered(domain, 1);
  expect(room.claimMax).toBe(1);
});

test("who waits for a place gets the one that is given back, at once; and waits no longer than a moment for one", async () => {
  const { clock, domain } = domainAt();
  let last = await entered(domain, 1);
  for (let calls = 1; calls < maxCalls; calls += 1) last = await entered(domain, 1);
  clock.stands = true;
  clock.meanwhile = () => last.leave();
  await entered(domain, 1);
  clock.stands = false;
  clock.meanwhile = () => {};
  expect(await domain.enter(1, "others", signal)).toMatchObject({ kind: "wait", room: { claimMax: 0 } });
});

test("probes that are refused for the rate leave the pace as it was", async () => {
  const { clock, domain, told } = await paced();
  const last = await entered(domain, 500);
  const before = last.room.claimMax;
  for (let calls = 0; calls < 5; calls += 1) last.answered(failed, clock.nowMs, before);
  last.leave();
  expect(domain.isOpen()).toBe(true);
  for (let probes = 0; probes < 15; probes += 1) {
    clock.nowMs += 31_000;
    const probe = await entered(domain, 500);
    expect(probe.room.claimMax).toBe(1);
    probe.answered(limited, clock.nowMs, 1);
    probe.leave();
  }
  clock.nowMs += 31_000;
  const probe = await entered(domain, 500);
  probe.answered(accepted, clock.nowMs, 1);
  probe.leave();
  expect(told.breaker).toBe(2);
  expect((await entered(domain, 500)).room.claimMax).toBeGreaterThanOrEqual(before);
});

test("those that the provider refused for its rate do not wait for the retries' budget as well", async () => {
  const { domain } = await paced();
  const pass = await entered(domain, 1);
  for (let retries = 0; retries < 1_000; retries += 1) pass.retryDelayMs("not_connected");
  expect(pass.retryDelayMs("not_connected")).toBeGreaterThan(0);
  expect(pass.retryDelayMs("rate_limited")).toBe(0);
});

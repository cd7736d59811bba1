import { describe, expect, it } from "vitest";
import { book, grant, paceAt, refused, startPace, took, type PaceState } from "./pace.ts";

const patienceMs = 300;

/** A provider with a bucket of a second's worth, and a sender that always has more, at a clock of 10 ms. */
function drive(mailsPerS: number, seconds: number, callMax = 500) {
  let state: PaceState = startPace(0);
  let room = mailsPerS;
  let sent = 0;
  let refusals = 0;
  let late = 0;
  let blockedUntilMs = 0;
  for (let nowMs = 10; nowMs <= seconds * 1_000; nowMs += 10) {
    room = Math.min(mailsPerS, room + mailsPerS / 100);
    if (nowMs < blockedUntilMs) continue;
    const granted = grant(state, callMax, nowMs, patienceMs);
    state = granted.state;
    const { mails } = granted.grant;
    if (mails === 0) continue;
    if (mails <= room) {
      room -= mails;
      sent += mails;
      if (nowMs > seconds * 500) late += mails;
      state = took(state, mails, nowMs);
    } else {
      refusals += 1;
      state = refused(state, { mails, startedMs: nowMs, nowMs });
      blockedUntilMs = nowMs + 1_000;
    }
  }
  return { state, sent, refusals, steadyPerS: late / (seconds / 2) };
}

describe("the pace", () => {
  it("holds nothing back while no limit is known", () => {
    const { grant: granted } = grant(startPace(0), 500, 1, 0);
    expect(granted).toEqual({ mails: 500, delayMs: 0 });
  });

  it.each([40, 200, 500, 1_000, 10_000])(
    "finds a provider's %i mails a second and keeps just below them",
    (mailsPerS) => {
      const { steadyPerS, refusals } = drive(mailsPerS, 120);
      expect(steadyPerS).toBeGreaterThan(0.9 * mailsPerS);
      expect(steadyPerS).toBeLessThanOrEqual(1.01 * mailsPerS);
      expect(refusals).toBeLessThan(20);
    },
  );

  it("does not take a few refusals at the start for a low limit", () => {
    let state = startPace(0);
    for (let nowMs = 100; nowMs <= 6_000; nowMs += 1_000)
      state = refused(state, { mails: 27, startedMs: nowMs, nowMs });
    const sent = Array.from({ length: 60 }, (_, second) => paceAt(state, 6_000 + second * 1_000));
    expect(sent.reduce((sum, perS) => sum + perS, 0)).toBeGreaterThan(1_000);
  });

  it("is cut once by the calls of one bad moment", () => {
    let state = took(startPace(0), 10_000, 1_000);
    state = refused(state, { mails: 500, startedMs: 900, nowMs: 1_010 });
    const once = paceAt(state, 2_000);
    state = refused(state, { mails: 500, startedMs: 950, nowMs: 1_020 });
    expect(paceAt(state, 2_000)).toBe(once);
  });

  it("finds a limit that was lifted within a minute", () => {
    const { state } = drive(100, 60);
    expect(paceAt(state, state.cutAtMs + 60_000)).toBeGreaterThan(2_000);
  });

  it("forgets a limit of which it heard nothing for long", () => {
    const { state } = drive(100, 60);
    expect(grant(state, 500, 60_000 + 11 * 60_000, 0).grant.mails).toBe(500);
  });

  it("sends back what it cannot grant one behind the other, at the pace and a little faster", () => {
    const { state } = drive(100, 60);
    const nowMs = 60_000;
    const first = book(state, 110, nowMs);
    const second = book(first.state, 110, nowMs);
    expect(first.booking.spreadMs).toBeGreaterThan(900);
    expect(first.booking.spreadMs).toBeLessThan(1_300);
    expect(second.booking.delayMs).toBeGreaterThanOrEqual(first.booking.delayMs + first.booking.spreadMs - 1);
  });

  it("promises no more than the pace within one's patience", () => {
    const { state } = drive(1_000, 60);
    const nowMs = 70_000;
    let now = state;
    let promised = 0;
    for (let asks = 0; asks < 50; asks += 1) {
      const asked = grant(now, 500, nowMs, patienceMs);
      now = asked.state;
      promised += asked.grant.mails;
      expect(asked.grant.delayMs).toBeLessThanOrEqual(patienceMs);
    }
    expect(promised).toBeLessThanOrEqual(Math.ceil(paceAt(state, nowMs) * 0.81));
  });
});

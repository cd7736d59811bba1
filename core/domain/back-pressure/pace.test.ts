import { describe, expect, it } from "vitest";
import { book, grant, paceAt, refused, startPace, took, type PaceState } from "./pace.ts";

const patienceMs = 300;

/**
 * A provider with a bucket of a second's worth, which refuses the first calls whatever their size if told so, and a sender that always has more,
 * or so many a second; at a clock of 10 ms.
 */
function drive(
  mailsPerS: number,
  seconds: number,
  o: { from?: { state: PaceState; atMs: number }; wantedPerS?: number; refuses?: number } = {},
) {
  const { from = { state: startPace(0), atMs: 0 }, wantedPerS = Number.POSITIVE_INFINITY, refuses = 0 } = o;
  const endMs = from.atMs + seconds * 1_000;
  let { state } = from;
  let room = mailsPerS;
  let wanted = 0;
  let sent = 0;
  let refusals = 0;
  let late = 0;
  let blockedUntilMs = 0;
  for (let nowMs = from.atMs + 10; nowMs <= endMs; nowMs += 10) {
    room = Math.min(mailsPerS, room + mailsPerS / 100);
    wanted = Math.min(500, wanted + wantedPerS / 100);
    if (nowMs < blockedUntilMs || wanted < 1) continue;
    const granted = grant(state, Math.floor(wanted), nowMs, patienceMs);
    state = granted.state;
    const { mails } = granted.grant;
    if (mails === 0) continue;
    wanted -= mails;
    if (mails <= room && refusals >= refuses) {
      room -= mails;
      sent += mails;
      if (nowMs > endMs - seconds * 500) late += mails;
      state = took(state, mails, nowMs);
    } else {
      refusals += 1;
      state = refused(state, { mails, startedMs: nowMs, nowMs });
      blockedUntilMs = nowMs + 1_000;
    }
  }
  return { state, atMs: endMs, sent, refusals, steadyPerS: late / (seconds / 2) };
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

  it("is soon back when a provider that refused whatever came takes mails again", () => {
    expect(drive(10_000, 20, { refuses: 6 }).sent).toBeGreaterThan(3_000);
  });

  it("is cut once by the calls of one bad moment", () => {
    let state = took(startPace(0), 10_000, 1_000);
    state = refused(state, { mails: 500, startedMs: 900, nowMs: 1_010 });
    const once = paceAt(state, 2_000);
    state = refused(state, { mails: 500, startedMs: 950, nowMs: 1_020 });
    expect(paceAt(state, 2_000)).toBe(once);
  });

  it("finds a limit that was lifted within a minute", () => {
    const { state, atMs } = drive(10_000, 60, { from: drive(100, 60) });
    expect(paceAt(state, atMs)).toBeGreaterThan(2_000);
  });

  it("does not rise by time alone: after minutes with little to send a limit costs a few refusals, as at first", () => {
    const quiet = drive(500, 9 * 60, { from: drive(500, 60), wantedPerS: 1 });
    expect(quiet.refusals).toBe(0);
    expect(paceAt(quiet.state, quiet.atMs)).toBeLessThan(1_000);
    const { refusals, steadyPerS } = drive(500, 60, { from: quiet });
    expect(refusals).toBeLessThan(12);
    expect(steadyPerS).toBeGreaterThan(0.9 * 500);
  });

  it.each([1, 19, 20, 21])("is never below twenty a second, though the provider takes %i", (mailsPerS) => {
    let { state } = drive(mailsPerS, 60);
    state = refused(state, { mails: 20, startedMs: 60_000, nowMs: 60_000 });
    for (let nowMs = 60_000; nowMs < 90_000; nowMs += 500)
      expect(paceAt(state, nowMs)).toBeGreaterThanOrEqual(20);
  });

  it("forgets a limit of which it heard nothing for long", () => {
    const { state } = drive(100, 60);
    expect(grant(state, 500, 60_000 + 11 * 60_000, 0).grant.mails).toBe(500);
  });

  it("lets those who ask at the same moment leave one behind the other", () => {
    const nowMs = 70_000;
    let { state } = drive(1_000, 60);
    // All that has room now.
    state = grant(state, 5_000, nowMs, 0).state;
    const perMs = paceAt(state, nowMs) / 1_000;
    const first = grant(state, 100, nowMs, patienceMs);
    const second = grant(first.state, 100, nowMs, patienceMs);
    expect(second.grant.delayMs - first.grant.delayMs).toBeCloseTo(100 / perMs);
    expect(second.grant.delayMs).toBeLessThanOrEqual(patienceMs);
  });

  it("sends back what it cannot grant one behind the other, at the pace and a little faster", () => {
    const { state } = drive(100, 60);
    const nowMs = 60_000;
    const first = book(state, 110, nowMs, "others");
    const second = book(first.state, 110, nowMs, "others");
    expect(first.booking.spreadMs).toBeGreaterThan(900);
    expect(first.booking.spreadMs).toBeLessThan(1_300);
    expect(second.booking.delayMs).toBeGreaterThanOrEqual(first.booking.delayMs + first.booking.spreadMs - 1);
  });

  it("tells nobody a time far ahead while it is being found", () => {
    for (const [seconds, longestMs] of [
      [10, 10_000],
      [60, 60_000],
    ] as const) {
      let { state } = drive(100, seconds);
      for (let batches = 0; batches < 20; batches += 1)
        ({ state } = book(state, 500, seconds * 1_000, "others"));
      expect(book(state, 500, seconds * 1_000, "others").booking).toMatchObject({ delayMs: longestMs });
    }
  });

  it("does not line urgent mails up behind the others", () => {
    let { state } = drive(100, 60);
    for (let batches = 0; batches < 20; batches += 1) ({ state } = book(state, 500, 60_000, "others"));
    const { booking } = book(state, 100, 60_000, "urgent");
    expect(book(state, 500, 60_000, "others").booking.delayMs).toBe(60_000);
    expect(booking.delayMs).toBeLessThanOrEqual(patienceMs);
  });

  it("counts a time that it gives from when it is asked, and not from the last grant", () => {
    const { state } = drive(1_000, 60);
    const { state: promised } = grant(state, 700, 70_000, patienceMs);
    expect(promised.room).toBeLessThan(-100);
    expect(book(promised, 100, 70_000 + patienceMs, "others").booking.delayMs).toBeLessThan(1);
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

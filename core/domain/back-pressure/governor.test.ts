import { describe, expect, it } from "vitest";
import {
  enter,
  learn,
  leave,
  mayCall,
  startGovernor,
  type CallResult,
  type GovernorState,
} from "./governor.ts";

const maxCalls = 8;

/** A governor with a clock that a test moves. */
function drive() {
  let state: GovernorState = startGovernor(maxCalls);
  let nowMs = 0;
  return {
    get state() {
      return state;
    },
    pass(ms: number) {
      nowMs += ms;
    },
    enter() {
      const entered = enter(state, nowMs);
      state = entered.state;
      return entered.admission;
    },
    leave(probe = false) {
      state = leave(state, probe);
    },
    mayCall: () => mayCall(state, nowMs),
    /** One call that takes `tookMs`. */
    answer(result: CallResult, o: { tookMs?: number; retryAfterMs?: number } = {}) {
      const startedMs = nowMs;
      nowMs += o.tookMs ?? 10;
      state = learn(state, { result, startedMs, nowMs, retryAfterMs: o.retryAfterMs, maxCalls, random: 0.5 });
    },
  };
}

/** Fails until the breaker opens. */
function opened() {
  const governor = drive();
  for (let n = 0; n < 5; n++) {
    governor.enter();
    governor.answer("failed");
    governor.leave();
  }
  return governor;
}

describe("the limit", () => {
  it("lets in as many calls as configured, and no more", () => {
    const governor = drive();
    for (let n = 0; n < maxCalls; n++) expect(governor.enter()).toEqual({ kind: "go", probe: false });
    expect(governor.enter()).toEqual({ kind: "wait", delayMs: 1_000, full: true });
    governor.leave();
    expect(governor.enter().kind).toBe("go");
  });

  it("is halved by a failure, once for all calls that were under way at that moment, and never below one", () => {
    const governor = drive();
    let state = governor.state;
    for (const startedMs of [0, 0, 0, 5])
      state = learn(state, { result: "failed", startedMs, nowMs: 10, maxCalls, random: 0 });
    expect(state.limit).toBe(4);
    for (let at = 20; at < 100; at += 20) {
      state = learn(state, { result: "failed", startedMs: at, nowMs: at + 10, maxCalls, random: 0 });
    }
    expect(state.limit).toBe(1);
  });

  it("rises by one with each accepted call, up to what is configured", () => {
    const governor = drive();
    governor.answer("failed");
    governor.pass(1);
    governor.answer("failed");
    expect(governor.state.limit).toBe(2);
    governor.answer("accepted");
    governor.answer("accepted");
    expect(governor.state.limit).toBe(4);
    for (let n = 0; n < 100; n++) governor.answer("accepted");
    expect(governor.state.limit).toBe(maxCalls);
  });

  it("is halved from what was under way when it stood far above that", () => {
    const wide = startGovernor(256);
    const end = { result: "failed" as const, startedMs: 0, nowMs: 10, maxCalls: 256, random: 0 };
    expect(learn({ ...wide, inFlight: 40 }, end).limit).toBe(20);
    expect(learn({ ...wide, inFlight: 1 }, end).limit).toBe(8);
  });

  it("does not mind refusals of a single mail, nor calls that say nothing", () => {
    const governor = drive();
    for (let n = 0; n < 20; n++) governor.answer(n % 2 === 0 ? "alive" : "nothing");
    expect(governor.state).toMatchObject({ limit: maxCalls, failures: 0, breaker: "closed" });
  });
});

describe("the breaker", () => {
  it("opens after five failures in a row, and an answer in between begins the count anew", () => {
    const governor = drive();
    for (let n = 0; n < 4; n++) governor.answer("failed");
    governor.answer("alive");
    for (let n = 0; n < 4; n++) governor.answer("failed");
    expect(governor.state.breaker).toBe("closed");
    governor.answer("failed");
    expect(governor.state.breaker).toBe("open");
    expect(governor.mayCall()).toBe(false);
    expect(governor.enter()).toEqual({ kind: "wait", delayMs: 750, full: false });
  });

  it("counts refusals for the rate that came together as one, and opens when they do not end", () => {
    const governor = drive();
    let state = governor.state;
    const refusedAt = (startedMs: number) =>
      (state = learn(state, { result: "refused", startedMs, nowMs: startedMs + 10, maxCalls, random: 0 }));
    for (let calls = 0; calls < 8; calls++) refusedAt(0);
    expect(state).toMatchObject({ failures: 1, breaker: "closed" });
    for (const startedMs of [1_000, 2_000, 3_000, 4_000]) refusedAt(startedMs);
    expect(state.breaker).toBe("open");
  });

  it("lets one probe through when its time is over, and closes when the provider takes it", () => {
    const governor = opened();
    governor.pass(750);
    expect(governor.enter()).toEqual({ kind: "go", probe: true });
    expect(governor.mayCall()).toBe(true);
    expect(governor.enter().kind).toBe("wait");
    governor.answer("accepted");
    governor.leave(true);
    expect(governor.state).toMatchObject({ breaker: "closed", openings: 0, inFlight: 0 });
    expect(governor.enter()).toEqual({ kind: "go", probe: false });
  });

  it("opens for twice as long after each probe that fails, up to half a minute", () => {
    const governor = opened();
    const waits: number[] = [];
    for (let n = 0; n < 8; n++) {
      const admission = governor.enter();
      waits.push(admission.kind === "wait" ? admission.delayMs : 0);
      governor.pass(waits.at(-1)!);
      expect(governor.enter()).toEqual({ kind: "go", probe: true });
      governor.answer("failed");
      governor.leave(true);
    }
    expect(waits).toEqual([750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
  });

  it("gives the next one its probe when a probe learned nothing", () => {
    const governor = opened();
    governor.pass(750);
    governor.enter();
    governor.leave(true);
    expect(governor.enter()).toEqual({ kind: "go", probe: true });
  });

  it("is not closed by a late answer to a call from before", () => {
    const governor = opened();
    governor.answer("accepted");
    expect(governor.state.breaker).toBe("open");
  });
});

describe("a provider that says when to come again", () => {
  it("is not called before, but never left alone for longer than ten minutes", () => {
    const governor = drive();
    governor.answer("failed", { retryAfterMs: 3_000 });
    expect(governor.mayCall()).toBe(false);
    expect(governor.enter()).toEqual({ kind: "wait", delayMs: 3_000, full: false });
    governor.pass(3_000);
    expect(governor.enter().kind).toBe("go");
    governor.answer("failed", { retryAfterMs: 86_400_000 });
    expect(governor.enter()).toEqual({ kind: "wait", delayMs: 600_000, full: false });
  });
});

import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { BlastSchema, BlastState } from "#gen/fanfare/api/v1/blast_pb.js";
import { barLines, createMeter, plainLine, progressOf } from "./blast-bar.ts";
import { createBlastView } from "./blast-view.ts";
import { createStyle } from "./style.ts";

const style = createStyle(false);
const blast = (accepted: number, more: { held?: number; inDoubt?: number; state?: BlastState } = {}) =>
  create(BlastSchema, {
    state: more.state ?? BlastState.SENDING,
    balanceSheet: {
      audience: 1_000,
      accepted,
      skipped: 100,
      held: more.held ?? 0,
      inDoubt: more.inDoubt ?? 0,
    },
  });

test("the bar is as long as what is done, in the order accepted, skipped, held, in doubt", () => {
  const [first = "", second = ""] = barLines(
    progressOf(blast(400, { held: 100, inDoubt: 200 })),
    300,
    90,
    style,
  );
  expect(first).toBe(
    `sending   ${"█".repeat(16)}${"▓".repeat(4)}${"█".repeat(4)}${"▒".repeat(8)}${"░".repeat(8)}  60 %  600 of 1,000  300/s  1 s left`,
  );
  expect(second.trim()).toBe("accepted 400 · skipped 100 · rejected 0 · in doubt 200 · held 100");
});

test("100 % is only said when everybody is done", () => {
  expect(plainLine(progressOf(blast(899)), undefined, style)).toContain(" 99 %");
  expect(plainLine(progressOf(blast(900)), undefined, style)).toContain("100 %");
});

test("the rate is over the last seconds, so that it falls when the blast stops", () => {
  const meter = createMeter();
  expect(meter(0, 0)).toBeUndefined();
  expect(meter(1_000, 1_000)).toBe(1_000);
  for (let atMs = 2_000; atMs <= 9_000; atMs += 1_000) meter(1_000, atMs);
  expect(meter(1_000, 10_000)).toBe(0);
});

test("a terminal is redrawn in place", () => {
  let written = "";
  const view = createBlastView({ write: (text) => (written += text), live: true, style, columns: () => 80 });
  view.update(blast(1));
  view.update(blast(2));
  view.end();
  expect(written.split("\u001b[1A\u001b[2K")).toHaveLength(3);
});

test("without a terminal a line is written now and then, and the last one always", () => {
  let written = "";
  let nowMs = 0;
  const view = createBlastView({
    write: (text) => (written += text),
    live: false,
    style,
    columns: () => 80,
    nowMs: () => nowMs,
  });
  for (; nowMs <= 3_000; nowMs += 250) view.update(blast(nowMs / 10));
  view.update(blast(899));
  view.end();
  const lines = written.trim().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines.at(-1)).toContain("accepted 899");
});

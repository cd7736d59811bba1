import { expect, test } from "vitest";
import type { FedBlast } from "#core/adapters/postgres/blasts/feed.ts";
import { createArrears, type Arrears } from "./arrears.ts";
import { planPortions } from "./plan-portions.ts";

type Agency = {
  id: string;
  startsAtMs: number;
  size: number;
  released: number;
  done: number;
  allowance: number | null;
};

/** Agencies that press the button at 0 ms and are frozen one after the other. */
const pressed = (count: number, apartMs: number, size: number): Agency[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `agency-${index}`, startsAtMs: (index + 1) * apartMs, size, released: 0, done: 0, allowance: null,
  })); // prettier-ignore

function fed(agency: Agency, all: readonly Agency[], nowMs: number): FedBlast {
  const outstanding = agency.released - agency.done;
  return {
    id: agency.id, agency_id: agency.id, lane: "standard", released_seq: agency.released, release_round: 0, audience_size: agency.size,
    outstanding, lane_outstanding: outstanding, agency_outstanding: outstanding, retrying: 0, backlog: agency.size - agency.released,
    waited_ms: nowMs, weight: 1, in_flight_max: null, allowance: agency.allowance, lane_weight: all.length, lane_others: 0, lane_sending: 1_000,
  }; // prettier-ignore
}

/** Feeds every 20 ms and sends `perRound` in the order of release, until a share of all mails has left. */
function run(agencies: readonly Agency[], arrears: Arrears | undefined, { until, perRound, fromMs = 0 }: { until: number; perRound: number; fromMs?: number }): number {
  const queue: Agency[] = [];
  const all = agencies.reduce((sum, { size }) => sum + size, 0);
  let nowMs = fromMs;
  for (let sent = 0; sent < until * all && nowMs < 600_000; nowMs += 20) {
    const hungry = agencies.filter(({ startsAtMs, released, size }) => startsAtMs <= nowMs && released < size);
    const blasts = hungry.map((agency) => fed(agency, hungry, nowMs));
    for (const { blast, size } of planPortions(blasts, { window: 4_000, turn: nowMs, owed: arrears?.owed(blasts, nowMs) })) {
      const agency = agencies.find(({ id }) => id === blast.id)!;
      agency.released += size;
      arrears?.had(blast, size);
      queue.push(...Array.from({ length: size }, () => agency));
    }
    for (const agency of queue.splice(0, perRound)) {
      agency.done += 1;
      sent += 1;
    }
  }
  return nowMs;
} // prettier-ignore

function jain(counts: readonly number[]): number {
  const sum = counts.reduce((total, each) => total + each, 0);
  return sum ** 2 / (counts.length * counts.reduce((total, each) => total + each ** 2, 0));
}

test("agencies that pressed together are even soon after the last of them was frozen", () => {
  const evenness = [undefined, createArrears()].map((arrears) => {
    const agencies = pressed(20, 250, 10_000);
    run(agencies, arrears, { until: 0.25, perRound: 150 });
    return jain(agencies.map(({ done }) => done));
  });
  // By what is on the queue alone they are as uneven as their freezes were.
  expect(evenness[0]).toBeLessThan(0.9);
  expect(evenness[1]).toBeGreaterThan(0.97);
});

test("one that was very long in being frozen makes the other wait for ten thousand mails at most", () => {
  const [early, late] = pressed(2, 0, 1_000_000) as [Agency, Agency];
  const arrears = createArrears();
  // A million takes fifteen seconds; the other has had a hundred thousand by then.
  late.startsAtMs = 15_000;
  run([early, late], arrears, { until: 0.056, perRound: 150 });
  expect(late.done).toBe(0);
  const before = early.done;
  late.startsAtMs = 0;
  run([early, late], arrears, { until: 0.04, perRound: 150, fromMs: 15_000 });
  const ahead = late.done - (early.done - before);
  expect(ahead).toBeGreaterThan(8_000);
  expect(ahead).toBeLessThan(12_500);
});

test("an agency with a rate of its own catches nothing up, and the others have all that it leaves", () => {
  const [fast, slow] = pressed(2, 0, 1_000_000) as [Agency, Agency];
  slow.allowance = 1;
  run([fast, slow], createArrears(), { until: 0.2, perRound: 150 });
  expect(fast.done).toBeGreaterThan(390_000);
});

test("a newcomer behind one that has been served for long is owed nothing", () => {
  const arrears = createArrears();
  const [hog, newcomer] = pressed(2, 0, 1_000_000) as [Agency, Agency];
  const nowMs = run([hog], arrears, { until: 0.1, perRound: 150 });
  const both = [fed(hog, [hog], nowMs), { ...fed(newcomer, [hog], nowMs), waited_ms: 10 }];
  expect(arrears.owed(both, nowMs)).toEqual(new Map());
});

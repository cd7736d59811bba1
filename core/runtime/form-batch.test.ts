import { expect, test } from "vitest";
import { createCrowd, spareBatch, takeBatch, takeSpareBatch } from "./form-batch.ts";

type Message = { subject: string; place: number };

const from = (agency: string, count: number, first = 0): Message[] =>
  Array.from({ length: count }, (_, index) => ({
    subject: `fanfare.work.customer.standard.${agency}`,
    place: first + index,
  }));
const only = (agency: string) => (each: string) => each === agency;
const nobody = () => false;
const agencies = (batch: readonly Message[]) => [...new Set(batch.map(({ subject }) => subject.at(-1)))];

test("a batch takes what waits, in the order in which it came", () => {
  const waiting = [...from("a", 3), ...from("b", 3, 3)];
  expect(takeBatch(waiting, 4, nobody).map(({ place }) => place)).toEqual([0, 1, 2, 3]);
  expect(waiting.map(({ place }) => place)).toEqual([4, 5]);
  expect(takeBatch(waiting, 4, nobody)).toHaveLength(2);
  expect(waiting).toEqual([]);
});

test("messages of an agency that has nothing in work pass those of one that has, and the batch is filled up", () => {
  const waiting = [...from("a", 5), ...from("b", 2, 5), ...from("a", 3, 7)];
  expect(takeBatch(waiting, 4, only("a")).map(({ place }) => place)).toEqual([5, 6, 0, 1]);
  expect(waiting.map(({ place }) => place)).toEqual([2, 3, 4, 7, 8, 9]);
});

test("the spare slot is for a few messages of agencies that have nothing in work", () => {
  const waiting = [...from("a", 500), ...from("b", 10, 500)];
  expect(agencies(takeSpareBatch(waiting, only("a")))).toEqual(["b"]);
  expect(waiting).toHaveLength(500);
  expect(takeSpareBatch(waiting, only("a"))).toEqual([]);
  const many = from("c", spareBatch + 1);
  expect(takeSpareBatch(many, only("a"))).toEqual([]);
  expect(many).toHaveLength(spareBatch + 1);
});

test("few messages have the spare slot beside many, also while nobody has anything in work", () => {
  const waiting = [...from("a", 200), ...from("b", 10, 200), ...from("c", 200, 210)];
  expect(agencies(takeSpareBatch(waiting, nobody))).toEqual(["b"]);
  expect(waiting).toHaveLength(400);
  expect(takeSpareBatch(waiting, nobody)).toEqual([]);
});

test("who has a few in work is busy among others like him, and is not beside one who has many", () => {
  const { enter, leave, isBusy } = createCrowd();
  const few = new Map([["a", 3]]);
  const many = new Map([["b", spareBatch + 1]]);
  enter(few);
  expect(["a", "b", "c"].map(isBusy)).toEqual([true, false, false]);
  enter(many);
  expect(["a", "b", "c"].map(isBusy)).toEqual([false, true, false]);
  leave(many);
  expect(["a", "b", "c"].map(isBusy)).toEqual([true, false, false]);
  leave(few);
  expect(["a", "b", "c"].map(isBusy)).toEqual([false, false, false]);
});

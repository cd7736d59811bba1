import { afterEach, expect, test } from "vitest";
import { createMailgun } from "./client.ts";
import { ADDRESSES_PER_QUESTION, MAX_PAGES, type LookUpQuery } from "./look-up.ts";
import { answer, startWireServer } from "./wire-server.test-support.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const AT_MS = Date.parse("2026-11-22T08:00:00.500Z");
const QUERY: LookUpQuery = {
  domain: "mg.agency.example",
  rids: ["d1/1", "d2/1"],
  tag: "blast-1",
  fromMs: AT_MS,
  toMs: AT_MS + 1_000,
};

type Question = {
  start: string;
  end: string;
  events: string[];
  filter: { AND: { attribute: string; values: { value: string }[] }[] };
  pagination: { token?: string; limit: number };
};

/** Serves the log with an answer of one's own for each question. */
async function serveLog(give: (question: Question, nth: number) => string) {
  const questions: Question[] = [];
  const server = await startWireServer((socket, { head, body, nth }) => {
    expect(head).toMatch(/^POST \/v1\/analytics\/logs HTTP/);
    const question = JSON.parse(body.toString()) as Question;
    questions.push(question);
    socket.write(give(question, nth));
  });
  cleanups.push(() => server.close());
  return { mailgun: createMailgun({ apiUrl: server.url, apiKey: "k", timeoutMs: 1_000 }), questions };
}

function page(items: object[], next?: string): string {
  return answer(
    200,
    JSON.stringify({
      start: "",
      end: "",
      items,
      pagination: next === undefined ? {} : { next },
      aggregates: {},
    }),
  );
}

function event(rid: string, name = "accepted") {
  return {
    id: `e-${rid}-${name}`,
    event: name,
    "@timestamp": new Date(AT_MS).toISOString(),
    recipient: "ada@example.com",
    message: { headers: { "message-id": "1@mg.agency.example" } },
    "user-variables": JSON.stringify({ rid }),
  };
}

test("tries are found page by page, strangers are passed over, and the search ends when all are found", async () => {
  const pages = [page([event("d9/1"), event("d1/1")], "p2"), page([event("d2/1", "delivered")], "p3")];
  const { mailgun, questions } = await serveLog((_question, nth) => pages[nth] ?? page([]));
  expect(await mailgun.lookUp(QUERY)).toEqual({
    kind: "looked_up",
    complete: true,
    pages: 2,
    found: new Map([
      ["d1/1", { event: "accepted", providerMessageId: "1@mg.agency.example", atMs: AT_MS }],
      ["d2/1", { event: "delivered", providerMessageId: "1@mg.agency.example", atMs: AT_MS }],
    ]),
  });
  expect(questions[1]!.pagination.token).toBe("p2");
  expect(questions[0]!.filter.AND.map(({ attribute, values }) => [attribute, values[0]!.value])).toEqual([
    ["domain", "mg.agency.example"],
    ["tag", "blast-1"],
  ]);
  expect(Date.parse(questions[0]!.start)).toBeLessThan(QUERY.fromMs);
  expect(Date.parse(questions[0]!.end)).toBeGreaterThan(QUERY.toMs);
});

test("what is not in a log that was read to its end is absent", async () => {
  const { mailgun } = await serveLog((_question, nth) =>
    page(nth === 0 ? [event("d1/1")] : [], nth === 0 ? "p2" : "p3"),
  );
  const result = await mailgun.lookUp(QUERY);
  expect(result).toMatchObject({ kind: "looked_up", complete: true, pages: 2 });
  expect([...result.found.keys()]).toEqual(["d1/1"]);
});

test("a log without end is given up after a bounded number of pages, and is then not complete", async () => {
  const { mailgun, questions } = await serveLog((_question, nth) => page([event(`x${nth}/1`)], `p${nth}`));
  expect(await mailgun.lookUp(QUERY)).toMatchObject({ kind: "looked_up", complete: false, pages: MAX_PAGES });
  expect(questions).toHaveLength(MAX_PAGES);
});

test("a page that leads to itself is not walked for ever, and is not complete", async () => {
  const { mailgun } = await serveLog(() => page([event("x/1")], "same"));
  expect(await mailgun.lookUp(QUERY)).toMatchObject({ kind: "looked_up", complete: false, pages: 2 });
});

test("with addresses the log is asked for these alone, in portions", async () => {
  const { mailgun, questions } = await serveLog(() => page([]));
  const addresses = Array.from({ length: ADDRESSES_PER_QUESTION + 1 }, (_, n) => `c${n}@example.com`);
  expect(await mailgun.lookUp({ ...QUERY, addresses })).toMatchObject({ complete: true, pages: 2 });
  expect(questions.map(({ filter }) => filter.AND[2]!.values.length)).toEqual([ADDRESSES_PER_QUESTION, 1]);
});

test.each([
  ["429", answer(429, "{}", { "retry-after": "3" }), { reason: "rate_limited", retryAfterMs: 3_000 }],
  ["401", answer(401, "Forbidden"), { reason: "unauthorised" }],
  ["500", answer(500, "{}"), { reason: "server_error" }],
  ["200 without items", answer(200, "{}"), { reason: "unreadable_answer" }],
])(
  "a log that answers %s in the middle is unavailable, and what was found stays",
  async (_name, wire, expected) => {
    const { mailgun } = await serveLog((_question, nth) => (nth === 0 ? page([event("d1/1")], "p2") : wire));
    const result = await mailgun.lookUp(QUERY);
    expect(result).toMatchObject({ kind: "unavailable", ...expected });
    expect([...result.found.keys()]).toEqual(["d1/1"]);
  },
);

test("a log that is silent is unavailable after the time-out", async () => {
  const { mailgun } = await serveLog(() => "");
  expect(await mailgun.lookUp(QUERY)).toMatchObject({ kind: "unavailable", reason: "timed_out" });
});

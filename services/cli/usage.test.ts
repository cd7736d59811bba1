import { expect, test } from "vitest";
import { run } from "./test-support.ts";

const BLAST = "0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4e";
/** Nothing listens on port 1, so whatever reaches for the network ends with 3 and not with 2. */
const ENV = { FANFARE_URL: "http://127.0.0.1:1", FANFARE_API_KEY: "ff_test" };

const wrong: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
  ["no command at all", [], /Usage: fanfare/],
  ["an unknown command", ["sned"], /unknown command 'sned'[^]*send/],
  ["an unknown option", ["lists", "--colour"], /unknown option '--colour'/],
  ["a missing argument", ["watch"], /missing required argument 'blast'/],
  ["a template that is not named", ["send", "--all"], /--template/],
  ["no audience", ["send", "--template", "Storm"], /Nobody is named[^]*exactly one of --list/],
  ["two audiences", ["preview", "--template", "Storm", "--all", "--list", "x"], /More than one audience/],
  ["an unknown lane", ["send", "--template", "Storm", "--all", "--lane", "fast"], /urgent, standard, bulk/],
  [
    "a time with a zone in it",
    ["send", "--template", "S", "--all", "--at", "2026-12-24T09:00Z"],
    /not a local date/,
  ],
  ["a rhythm without a beginning", ["send", "--template", "S", "--all", "--rrule", "FREQ=DAILY"], /Add --at/],
  [
    "a watched schedule",
    ["send", "--template", "S", "--all", "--at", "2030-01-01T09:00", "--watch"],
    /do not go together/,
  ],
  ["an id that is none", ["watch", "7"], /"7" is not the id of a blast/],
  ["a delivery without its sequence", ["explain", BLAST], /BLAST\.SEQUENCE/],
  ["an unknown state", ["deliveries", BLAST, "--state", "lost"], /in_doubt/],
  ["a negative amount", ["top-up", "-5"], /unknown option|whole number/],
  ["an amount that is no number", ["top-up", "5e3"], /whole number from 1/],
  ["a page of letters", ["blasts", "--limit", "many"], /whole number/],
  ["a queue limit of zero", ["queue", "limit", "customer", "urgent", "0"], /whole number from 1/],
  ["a mapping without a field", ["import", "x.csv", "--map", "Mail"], /COLUMN=FIELD/],
  ["a file that is not there", ["import", "no-such-file.csv"], /no-such-file\.csv cannot be read \(ENOENT\)/],
  ["a template without a body", ["template", "create", "T", "--subject", "s"], /has no body/],
  ["a requeue of nothing", ["requeue"], /No dead letter is named/],
  ["a requeue of ids and all", ["requeue", "1", "--all"], /do not go together/],
  ["an address that is none", ["lists", "--url", "localhost"], /"localhost" is not the address/],
];

test.each(wrong)("%s is a usage error: exit code 2, told on standard error", async (_what, args, says) => {
  const { code, out, err } = await run(args, ENV);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(says);
});

test("without an API key nothing is called and the variable is named", async () => {
  const { code, err } = await run(["lists"], { FANFARE_URL: ENV.FANFARE_URL });
  expect(code).toBe(2);
  expect(err).toContain("FANFARE_API_KEY");
});

test("help goes to standard output with exit code 0 and documents the exit codes", async () => {
  const { code, out, err } = await run(["--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/Exit codes:[^]*3 {2}the API cannot be reached/);
  expect(out).toMatch(/Examples:/);
});

test("every command has help of its own", async () => {
  const { out } = await run(["--help"]);
  const names = [...out.matchAll(/^ {2}([a-z][a-z-]+)(?: \[| <| {2})/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names.filter((each) => each !== "help"))
    expect(await run([name, "--help"]), name).toMatchObject({ code: 0, err: "" });
});

test("an API that cannot be reached is exit code 3, after the tries it was told to make", async () => {
  const { code, err } = await run(["lists", "--retries", "1"], ENV);
  expect(code).toBe(3);
  expect(err).toMatch(/trying again, 1 of 1/);
  expect(err).toMatch(/The API at http:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
  expect(err).toMatch(/mend\s+Start it with `make up`/);
});

test("under --json an error is one line of JSON on standard error", async () => {
  const { code, err } = await run(["lists", "--json", "--retries", "0"], ENV);
  expect(code).toBe(3);
  expect(JSON.parse(err)).toMatchObject({ error: { code: "unavailable", reason: "unreachable" } });
});

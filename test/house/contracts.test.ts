// Two guards stand before the contracts: `buf breaking` refuses what a worker's generated code could not read any more, and the golden test of
// the topology what no tool sees, a change of the options by which messages travel. Both are shown changes here that they must stop.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ContractsHouse, type Change, type Ended } from "./plant-contracts.ts";

const customer = "proto/fanfare/work/v1/send_blast_to_customer.proto";
const exporting = "proto/fanfare/work/v1/export_customers.proto";
const blastEvents = "proto/fanfare/event/v1/blast.proto";
const patienceMs = 120_000;

let house: ContractsHouse;
beforeAll(async () => {
  house = new ContractsHouse();
  await house.build();
}, patienceMs);
afterAll(() => house.remove());

const incompatible: readonly (Change & { what: string; says: RegExp })[] = [
  {
    what: "a field with another number",
    file: customer, from: "string customer_id = 4 ", to: "string customer_id = 7 ",
    says: /send_blast_to_customer\.proto.*field "4".*"customer_id"/,
  },
  {
    what: "a field that is gone",
    file: customer, from: /  string blast_id = 1 .*\n/, to: "",
    says: /field "1" with name "blast_id" on message "BlastDelivery" was deleted/,
  },
  {
    what: "a field of another type",
    file: customer, from: "uint32 sequence = 2", to: "string sequence = 2",
    says: /Field "2".*"sequence".*changed type from "uint32" to "string"/,
  },
  {
    what: "a value of an enum with another meaning",
    file: exporting, from: "EXPORT_FORMAT_PARQUET = 2", to: "EXPORT_FORMAT_XLSX = 2",
    says: /value "2" on enum "ExportFormat" changed name from "EXPORT_FORMAT_PARQUET"/,
  },
  {
    what: "a message of another name",
    file: blastEvents, from: "message BlastCompleted {", to: "message BlastFinished {",
    says: /message "BlastCompleted" was deleted/,
  },
  {
    what: "an RPC that is gone",
    file: "proto/fanfare/api/v1/blast.proto", from: /  rpc CancelBlast\(.*\n/, to: "",
    says: /RPC "CancelBlast" on service "BlastService" was deleted/,
  },
]; // prettier-ignore

// Planted together, for each run compiles all contracts twice; every one must be named.
describe("compared with main", () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await house.with(incompatible, () => house.compatible());
  }, patienceMs);

  test("changes that break a worker fail the check, with a way out", () => {
    expect(ended.code).not.toBe(0);
    expect(ended.said).toContain("Add new fields and messages beside the old ones instead.");
  });

  test.each(incompatible)("$what is named", ({ says }) => {
    expect(ended.said).toMatch(says);
  });
});

test("what only adds to main passes as compatible", async () => {
  const added: Change = {
    file: customer,
    from: "  oneof order {",
    to: "  // Newer.\n  string added = 9;\n  oneof order {",
  };
  expect(await house.with([added], () => house.compatible())).toMatchObject({ code: 0 });
}, patienceMs); // prettier-ignore

const silent: readonly (Change & { what: string; says: RegExp })[] = [
  {
    what: "a lane's limit of messages in flight",
    file: customer, from: /max_ack_pending: 2000/, to: "max_ack_pending: 2001",
    says: /\+\s+"max_ack_pending": 2001/,
  },
  {
    what: "the stream of a task",
    file: exporting, from: 'stream: "WORK_EXPORT"', to: 'stream: "WORK_EXPORTS"',
    says: /\+\s+"name": "WORK_EXPORTS"/,
  },
  {
    what: "the subject of a fact",
    file: blastEvents, from: 'fact: "completed"', to: 'fact: "finished"',
    says: /\+\s+"fanfare\.event\.blast\.finished\.\*"/,
  },
]; // prettier-ignore

describe("a change of options alone", () => {
  let compatible: Ended;
  let golden: Ended;
  beforeAll(async () => {
    [compatible, golden] = await house.with(silent, async () => [
      await house.compatible(),
      await house.golden(),
    ]);
  }, patienceMs);

  test("passes as compatible, for buf does not look at it", () => {
    expect(compatible).toMatchObject({ code: 0 });
  });

  test("fails the golden test, with a way to accept it", () => {
    expect(golden.code).toBe(1);
    expect(golden.said).toContain("UPDATE_GOLDEN=1");
  });

  test.each(silent)("$what is shown", ({ says }) => {
    expect(plain(golden.said)).toMatch(says);
  });
});

test("the topology of the contracts as they are passes the golden test", async () => {
  expect(await house.golden()).toMatchObject({ code: 0 });
}, patienceMs); // prettier-ignore

/** Without a terminal's colours. */
function plain(said: string): string {
  // oxlint-disable-next-line no-control-regex
  return said.replaceAll(/\u001b\[\d+m/g, "");
}

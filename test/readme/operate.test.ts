// Every command of docs/operate-with-nats.md, as the page has it, as the user `operator` of a broker that has the users that are deployed.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { storeDeadLetter } from "#core/runtime/dead-letter.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { create } from "@bufbuild/protobuf";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { PROJECT_DIRECTORY } from "#dev/stack/user-cache.ts";
import { connectAs, startGuardedNats, type GuardedNats } from "#test/permissions/bed.ts";
import { until } from "#test/support/until.ts";
import { natsCommand } from "./nats-command.ts";
import { shellBlocks } from "./shell-blocks.ts";

const run = promisify(execFile);
const page = readFileSync(join(PROJECT_DIRECTORY, "docs/operate-with-nats.md"), "utf8");
const [, firstBlock = ""] = /\*\*First\*\*\n\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
const scratch = mkdtempSync(join(tmpdir(), "fanfare-operate-"));
const nats = natsCommand(scratch);
const agency = randomUUID();
const blockWithinMs = 60_000;

let broker: GuardedNats;
let operator: NatsConnection;
let manager: JetStreamManager;
const ran = new Set<string>();

beforeAll(async () => {
  broker = await startGuardedNats();
  operator = await connectAs(broker, "operator");
  manager = await jetstreamManager(operator);
  await applyTopology(operator, [...allWorkContracts, ...allEventContracts]);
});

afterAll(async () => {
  await operator?.close();
  await broker?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs the page's block under a heading, the one with this title when there are several. */
async function block(section: string, title = section): Promise<string> {
  const found = shellBlocks(page, section).find((each) => each.title.startsWith(title));
  if (found === undefined) throw new Error(`the page has no block "${title}" in "${section}"`);
  ran.add(found.text);
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", `${firstBlock}\n${found.text}`], {
    cwd: PROJECT_DIRECTORY,
    timeout: blockWithinMs,
    env: { ...process.env, PATH: `${nats.directory}:${process.env["PATH"]}`, NATS_URL: broker.urlOf("operator"), AGENCY: agency },
  }); // prettier-ignore
  return stdout;
}

const paused = async () =>
  (await manager.consumers.info("WORK_CUSTOMER", "customer-sender-bulk")).paused === true;

describe(`docs/operate-with-nats.md (the command nats is ${nats.standIn ? "a stand-in" : "the real one"})`, () => {
  test("a work message that is published by hand is on its stream", async () => {
    await block("Publish a work message");
    const { state } = await manager.streams.info("WORK_EXPORT", { subjects_filter: ">" });
    expect(state.subjects).toEqual({ [`fanfare.work.export.bulk.${agency}`]: 1 });
  });

  test("streams, a lane and the backlog by agency can be seen", async () => {
    operator.publish(`fanfare.work.customer.bulk.${agency}`, "{}");
    await operator.flush();
    const streams = await block("Look", "Streams");
    for (const name of ["WORK_LIST", "WORK_CUSTOMER", "EVENTS", "DEAD_LETTER"])
      expect(streams).toContain(name);
    expect(await block("Look", "A lane")).toContain("customer-sender-bulk");
    expect(await block("Look", "Backlog by agency")).toContain(agency);
  });

  test("a lane is paused and resumed", async () => {
    await block("Pause and resume", "Pause");
    expect(await paused()).toBe(true);
    await block("Pause and resume", "Resume");
    expect(await paused()).toBe(false);
  });

  test("the last dead letter of an agency is read whole, and stays", async () => {
    const letter = create(DeadLetteredSchema, {
      id: "WORK_LIST:1:1",
      agencyId: agency,
      reason: "undecodable",
      worker: "test",
    });
    await storeDeadLetter(operator, letter, 1);
    expect(JSON.parse(await block("Dead letters", "Peek"))).toMatchObject({
      agencyId: agency,
      reason: "undecodable",
    });
    expect((await manager.streams.info("DEAD_LETTER")).state.messages).toBe(1);
  });

  test("an event is heard", async () => {
    const watching = block("Watch events");
    const heard = watching.then(() => true);
    let count = 0;
    await until("the event to be heard", blockWithinMs, async () => {
      count += 1;
      const letter = create(DeadLetteredSchema, {
        id: `WORK_LIST:2:${count}`,
        agencyId: agency,
        worker: "test",
      });
      await storeDeadLetter(operator, letter, 1);
      return Promise.race([heard, new Promise<false>((resolve) => setTimeout(resolve, 200, false))]);
    });
    expect(await watching).toContain("fanfare.event.v1.DeadLettered");
  });

  test("and that was every block of the page", () => {
    const all = [...page.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, text]) => text ?? "");
    expect(all.slice(1).filter((text) => !ran.has(text))).toEqual([]);
  });
});

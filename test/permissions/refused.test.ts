// What each user of the broker may not do is refused, on a real server with the configuration that is deployed.
import { create } from "@bufbuild/protobuf";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectNats } from "#core/adapters/nats/connect.ts";
import { waySubjects } from "#core/adapters/nats/way.ts";
import { applyTopology } from "#core/adapters/nats/topology.ts";
import { allEventContracts, allWorkContracts } from "#core/runtime/contracts.ts";
import { storeDeadLetter } from "#core/runtime/dead-letter.ts";
import { createFailures } from "#core/runtime/failures.ts";
import type { HeldMessage } from "#core/runtime/held-message.ts";
import { roles } from "#dev/nats-config/roles.ts";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { until } from "#test/support/until.ts";
import { attempt, attemptToHear, inventory, type Act } from "./acts.ts";
import { connectAs, log, startGuardedNats, type GuardedNats } from "./bed.ts";

const agency = "0198c5a2-7d3e-7cc1-9d7f-0f6a2b1c3d4e";
const descs = [...allWorkContracts, ...allEventContracts];

const orderBlast: Act = { what: "order a blast", subject: `fanfare.work.list.urgent.${agency}` };
const orderMail: Act = { what: "order a mail", subject: `fanfare.work.customer.urgent.${agency}` };
const orderExport: Act = { what: "order an export", subject: `fanfare.work.export.bulk.${agency}` };
const claimCompleted: Act = {
  what: "say that a blast completed",
  subject: `fanfare.event.blast.completed.${agency}`,
};
const claimOptOut: Act = {
  what: "say that a customer opted out",
  subject: `fanfare.event.customer.opted_out.${agency}`,
};
const burySomething: Act = {
  what: "bury a message",
  subject: `fanfare.event.message.dead_lettered.${agency}`,
};

const askForWay: Act = { what: "ask for the way", subject: waySubjects.wanted("urgent", agency) };
const endWay: Act = { what: "say that somebody has passed", subject: waySubjects.over(agency) };

const take = (stream: string, durable: string): Act => ({
  what: `take messages of ${durable}`, subject: `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, body: '{"batch":1,"no_wait":true}',
}); // prettier-ignore
const settle = (stream: string, durable: string): Act => ({
  what: `acknowledge ${durable}'s messages`, subject: `$JS.ACK.${stream}.${durable}.1.1.1.1.0`, body: "+ACK",
}); // prettier-ignore
const read = (stream: string): Act => ({
  what: `read ${stream} by number`, subject: `$JS.API.STREAM.MSG.GET.${stream}`, body: '{"seq":1}',
}); // prettier-ignore
const listen = (stream: string, filter: string): Act => ({
  what: `make a consumer on ${stream}`, subject: `$JS.API.CONSUMER.CREATE.${stream}.thief.${filter}`,
  body: JSON.stringify({ stream_name: stream, config: { name: "thief", durable_name: "thief", filter_subject: filter, ack_policy: "explicit" } }),
}); // prettier-ignore
const countFailure = (stream: string): Act => ({
  what: `count failures of ${stream}`,
  subject: `$KV.FAILURES.${stream}.1.1`,
  body: "9",
});
const pause = (stream: string, durable: string): Act => ({
  what: `pause ${durable}`,
  subject: `$JS.API.CONSUMER.PAUSE.${stream}.${durable}`,
});

/** What nobody but the operator may: take away, empty, copy or change streams, see other accounts. */
const destructive: Act[] = [
  ...["WORK_LIST", "WORK_CUSTOMER", "WORK_EXPORT", "EVENTS", "DEAD_LETTER", "KV_FAILURES"].flatMap(
    (stream) => [
      { what: `delete ${stream}`, subject: `$JS.API.STREAM.DELETE.${stream}` },
      { what: `empty ${stream}`, subject: `$JS.API.STREAM.PURGE.${stream}` },
      {
        what: `copy ${stream}`,
        subject: `$JS.API.STREAM.SNAPSHOT.${stream}`,
        body: '{"deliver_subject":"_INBOX.x"}',
      },
    ],
  ),
  { what: "delete a message", subject: "$JS.API.STREAM.MSG.DELETE.WORK_CUSTOMER", body: '{"seq":1}' },
  {
    what: "delete customer-sender-bulk",
    subject: "$JS.API.CONSUMER.DELETE.WORK_CUSTOMER.customer-sender-bulk",
  },
  {
    what: "delete the archive's consumer",
    subject: "$JS.API.CONSUMER.DELETE.DEAD_LETTER.dead-letter-archive",
  },
  {
    what: "make a stream of its own",
    subject: "$JS.API.STREAM.CREATE.MINE",
    body: '{"name":"MINE","subjects":["x"]}',
  },
  listen("WORK_CUSTOMER", "fanfare.work.customer.bulk.*"),
  listen("DEAD_LETTER", "fanfare.event.message.dead_lettered.*"),
  { what: "make a consumer the older way", subject: "$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.reporter" },
  { what: "list the streams", subject: "$JS.API.STREAM.LIST" },
  read("DEAD_LETTER"),
  read("KV_FAILURES"),
  { what: "ask for the server's connections", subject: "$SYS.REQ.SERVER.PING.CONNZ" },
];
const otherQueues = (mine: string): Act[] =>
  [
    ["WORK_LIST", "list-sender-urgent"],
    ["WORK_CUSTOMER", "customer-sender-bulk"],
    ["WORK_EXPORT", "exporter-bulk"],
    ["EVENTS", "reporter"],
    ["DEAD_LETTER", "dead-letter-archive"],
  ].flatMap(([stream = "", durable = ""]) =>
    stream === mine ? [] : [take(stream, durable), settle(stream, durable), countFailure(stream)],
  );
/** The topology's keeper may create and update what the contracts name; a worker may not. */
const keeping: Act[] = [
  { what: "make WORK_CUSTOMER anew", subject: "$JS.API.STREAM.CREATE.WORK_CUSTOMER" },
  { what: "change WORK_CUSTOMER", subject: "$JS.API.STREAM.UPDATE.WORK_CUSTOMER" },
];
const tending: Act[] = [pause("WORK_CUSTOMER", "customer-sender-bulk"), read("WORK_CUSTOMER")];

const forbidden: Record<string, Act[]> = {
  api: [...destructive, ...keeping, ...otherQueues("none"), burySomething, endWay],
  "list-sender": [...destructive, ...keeping, ...tending, ...otherQueues("WORK_LIST"), orderBlast, orderExport, claimOptOut, askForWay, endWay],
  "customer-sender": [
    ...destructive, ...keeping, ...tending, ...otherQueues("WORK_CUSTOMER"), orderBlast, orderMail, orderExport, claimCompleted, claimOptOut,
    askForWay,
  ],
  scheduler: [...destructive, ...tending, ...otherQueues("DEAD_LETTER"), burySomething, askForWay, endWay],
  exporter: [
    ...destructive, ...keeping, ...tending, ...otherQueues("WORK_EXPORT"), orderBlast, orderMail, orderExport, claimCompleted, claimOptOut,
  ],
  reporter: [
    ...destructive, ...keeping, ...tending, ...otherQueues("EVENTS"), orderBlast, orderMail, orderExport, claimCompleted, claimOptOut,
    // Its own consumer hears completed blasts and nothing else of EVENTS.
    { ...listen("EVENTS", "fanfare.event.customer.opted_out.*"), what: "hear other facts" },
    { what: "hear other facts as reporter", subject: "$JS.API.CONSUMER.CREATE.EVENTS.reporter.fanfare.event.customer.opted_out.*" },
    read("EVENTS"),
  ],
  "webhook-sender": [
    ...destructive, ...keeping, ...tending, ...otherQueues("none"), orderBlast, orderMail, orderExport, claimCompleted, claimOptOut, burySomething, askForWay, endWay,
  ],
  producer: [...destructive, ...keeping, ...tending, ...otherQueues("none"), orderExport, claimCompleted, claimOptOut, burySomething],
}; // prettier-ignore

let nats: GuardedNats;
let operator: NatsConnection;

beforeAll(async () => {
  nats = await startGuardedNats(["producer"]);
  operator = await connectAs(nats, "operator");
  const scheduler = await connectAs(nats, "scheduler");
  const changes = await applyTopology(scheduler, descs);
  expect(changes.length).toBeGreaterThan(8);
  await scheduler.close();
});

afterAll(async () => {
  await operator?.close();
  await nats?.stop();
});

test("there is a table of forbidden acts for every user but the operator", () => {
  expect(Object.keys(forbidden)).toEqual(
    roles.filter(({ everything }) => !everything).map(({ user }) => user),
  );
});

describe.each(Object.entries(forbidden))("%s", (user, acts) => {
  let connection: NatsConnection;
  beforeAll(async () => {
    connection = await connectAs(nats, user);
  });
  afterAll(() => connection?.close());

  test(`may do none of ${acts.length} things, and nothing changes when it tries`, async () => {
    const before = await inventory(operator);
    const results: Record<string, string> = {};
    for (const act of acts) results[act.what] = await attempt(connection, act);
    const wanted = Object.fromEntries(acts.map(({ what }) => [what, "refused"]));
    expect(results).toEqual(wanted);
    expect(await inventory(operator)).toEqual(before);
  });

  test.each(["fanfare.>", "fanfare.work.>", "$JS.>", "$KV.>", "_INBOX.>", "_INBOX.operator.>", ">"])(
    "cannot listen to %s",
    async (subject) => expect(await attemptToHear(connection, subject)).toBe("refused"),
  );
});

test("the same acts are answered for the operator, so the tables try what exists", async () => {
  for (const act of [orderMail, read("WORK_CUSTOMER"), { what: "", subject: "$JS.API.STREAM.LIST" }])
    expect(await attempt(operator, act)).toMatch(/^answered/);
  expect(await attemptToHear(operator, "fanfare.>")).toBe("subscribed");
});

test("reporter may make its own consumer, for its own fact only, whatever the body of the request says", async () => {
  const reporter = await connectAs(nats, "reporter");
  const own = "fanfare.event.blast.completed.*";
  const request = (filter: string) => ({
    what: "", subject: `$JS.API.CONSUMER.CREATE.EVENTS.reporter.${own}`,
    body: JSON.stringify({
      stream_name: "EVENTS", config: { name: "reporter", durable_name: "reporter", filter_subject: filter, ack_policy: "explicit" },
    }),
  }); // prettier-ignore
  expect(await attempt(reporter, request("fanfare.event.>"))).toMatch(/error.*filter/);
  expect(await attempt(reporter, request(own))).toMatch(/"durable_name":"reporter"/);
  await reporter.close();
});

test("what it may: a worker counts a failure of its own queue, reads it back, and buries a message", async () => {
  const sender = await connectAs(nats, "customer-sender");
  const held = { stream: "WORK_CUSTOMER", sequence: 7, publishedAtMs: 1, deliveries: 2 } as HeldMessage;
  const failures = createFailures(sender, log);
  expect([await failures.add(held), await failures.add(held)]).toEqual([1, 2]);
  const letter = create(DeadLetteredSchema, { id: "WORK_CUSTOMER:7:1", agencyId: agency, worker: "test" });
  await storeDeadLetter(sender, letter, 1);
  expect(await attempt(operator, read("DEAD_LETTER"))).toContain("dead_lettered");
  await sender.close();
});

test("what it may: the way that the api asks for is heard where large pieces give it, and ends where a small one has passed", async () => {
  const [api, sender, feeder] = await Promise.all(
    ["api", "customer-sender", "list-sender"].map((user) => connectAs(nats, user)),
  );
  expect(await attempt(sender!, askForWay)).toBe("refused");
  const heard: string[] = [];
  for (const subject of [waySubjects.wanted("urgent", "*"), waySubjects.over("*")])
    feeder!.subscribe(subject, { callback: (_error, message) => void heard.push(message.subject) });
  await feeder!.flush();
  for (const answer of await Promise.all([attempt(api!, askForWay), attempt(sender!, endWay)]))
    expect(answer).toMatch(/^taken/);
  await until("both to be heard", 5_000, () => heard.length === 2);
  await Promise.all([api, sender, feeder].map((connection) => connection!.close()));
});

test("a user that may not look after streams leaves that to one that may, and says so once", async () => {
  const sender = await connectAs(nats, "customer-sender");
  for (let time = 0; time < 2; time += 1)
    expect(await applyTopology(sender, descs)).toMatchObject([{ action: "leave" }]);
  await sender.close();
});

test("nobody comes in without a password, with a wrong one, or as somebody unknown", async () => {
  for (const url of [
    nats.url,
    nats.url.replace("nats://", "nats://api:wrong@"),
    nats.urlOf("api").replace("api:", "fanfare:"),
  ])
    await expect(connectNats({ url, name: "stranger", log, once: true })).rejects.toThrow(
      /No NATS server answers/,
    );
});

test("while a password changes, a program comes in under its name and under its name with -next, with the same rights", async () => {
  for (const user of ["producer", "producer-next"]) {
    const connection = await connectAs(nats, user);
    expect(await attempt(connection, orderBlast)).toMatch(/^answered.*WORK_LIST/);
    expect(await attempt(connection, orderExport)).toBe("refused");
    await connection.close();
  }
});

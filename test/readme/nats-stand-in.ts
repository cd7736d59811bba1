// Stands in for the NATS command line where it cannot be had (the tests that use it say when). It understands the forms that README and
// docs/operate-with-nats.md use, does what the real one does with them through the real NATS client, and refuses everything else. What it
// prints has the real one's facts, and not its layout.
import { parseArgs } from "node:util";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, headers, type NatsConnection } from "@nats-io/transport-node";

const usage = `this stand-in understands only, each after nats --server URL:
  pub SUBJECT BODY [-H name:value]
  sub SUBJECT --headers-only --count=N
  stream ls | stream info STREAM | stream subjects STREAM
  stream get STREAM --last-for SUBJECT --json
  consumer info STREAM CONSUMER
  consumer pause STREAM CONSUMER DURATION --force | consumer resume STREAM CONSUMER --force`;

const options = {
  server: { type: "string" },
  header: { type: "string", short: "H", multiple: true },
  "last-for": { type: "string" },
  json: { type: "boolean" },
  force: { type: "boolean" },
  "headers-only": { type: "boolean" },
  count: { type: "string" },
} as const;

type Flags = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];
type Form = {
  words: number;
  flags: readonly (keyof Flags)[];
  /** Flags that may be left out. */
  optional?: readonly (keyof Flags)[];
  run: (connection: NatsConnection, args: string[], flags: Flags) => Promise<unknown>;
};

const hourMs = 3_600_000;
const show = (value: unknown) => console.log(JSON.stringify(value, null, 2));

const forms: Record<string, Form> = {
  pub: {
    words: 2,
    flags: [],
    optional: ["header"],
    run: async (connection, [subject = "", body = ""], flags) => {
      const given = headers();
      for (const line of flags.header ?? []) {
        const colon = line.indexOf(":");
        if (colon < 1) throw new Error(usage);
        given.append(line.slice(0, colon), line.slice(colon + 1).trim());
      }
      connection.publish(subject, body, flags.header === undefined ? {} : { headers: given });
      await connection.flush();
      console.log(`Published ${Buffer.byteLength(body)} bytes to "${subject}" (stand-in)`);
    },
  },
  sub: {
    words: 1,
    flags: ["headers-only", "count"],
    run: async (connection, [subject = ""], flags) => {
      const subscription = connection.subscribe(subject, { max: Number(flags.count) });
      await connection.flush();
      console.log(`Subscribing on ${subject} (stand-in)`);
      for await (const message of subscription) {
        console.log(`Received on "${message.subject}"`);
        for (const [name, values] of message.headers ?? []) console.log(`${name}: ${values.join(", ")}`);
      }
    },
  },
  "stream ls": {
    words: 0,
    flags: [],
    run: async (connection) => {
      for await (const { config, state } of (await manage(connection)).streams.list())
        console.log(`${config.name}\t${state.messages} messages`);
    },
  },
  "stream info": {
    words: 1,
    flags: [],
    run: async (connection, [stream = ""]) => show(await (await manage(connection)).streams.info(stream)),
  },
  "stream subjects": {
    words: 1,
    flags: [],
    run: async (connection, [stream = ""]) => {
      const { state } = await (await manage(connection)).streams.info(stream, { subjects_filter: ">" });
      for (const [subject, count] of Object.entries(state.subjects ?? {}))
        console.log(`${subject}\t${count}`);
    },
  },
  "stream get": {
    words: 1,
    flags: ["last-for", "json"],
    run: async (connection, [stream = ""], flags) => {
      const query = { last_by_subj: flags["last-for"] ?? "" };
      const message = await (await manage(connection)).streams.getMessage(stream, query);
      if (message === null) throw new Error("no message found");
      const { subject, seq, time } = message;
      show({ subject, seq, data: Buffer.from(message.data).toString("base64"), time });
    },
  },
  "consumer info": {
    words: 2,
    flags: [],
    run: async (connection, [stream = "", name = ""]) =>
      show(await (await manage(connection)).consumers.info(stream, name)),
  },
  "consumer pause": {
    words: 3,
    flags: ["force"],
    run: async (connection, [stream = "", name = "", duration = ""]) => {
      const [, hours] = /^(\d+)h$/.exec(duration) ?? [];
      if (hours === undefined) throw new Error(usage);
      const until = new Date(Date.now() + Number(hours) * hourMs);
      show(await (await manage(connection)).consumers.pause(stream, name, until));
    },
  },
  "consumer resume": {
    words: 2,
    flags: ["force"],
    run: async (connection, [stream = "", name = ""]) =>
      show(await (await manage(connection)).consumers.resume(stream, name)),
  },
};

const manage = (connection: NatsConnection) => jetstreamManager(connection, { checkAPI: false });

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [first = "", second = ""] = positionals;
  const verb = first in forms ? first : `${first} ${second}`;
  const form = forms[verb];
  const args = positionals.slice(verb.split(" ").length);
  const { server, ...given } = values;
  const allowed = new Set<string>([...(form?.flags ?? []), ...(form?.optional ?? [])]);
  const right =
    form !== undefined &&
    args.length === form.words &&
    args.every((word) => word !== "") &&
    Object.keys(given).every((flag) => allowed.has(flag)) &&
    form.flags.every((flag) => flag in given);
  if (!right || server === undefined) throw new Error(usage);
  const { username, password, host } = new URL(server);
  const connection = await connect({
    servers: host,
    ...(username !== "" && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    maxReconnectAttempts: 0,
  });
  try {
    await form.run(connection, args, values);
  } finally {
    await connection.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(`nats: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

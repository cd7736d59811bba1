// Stands in for the NATS command line where it cannot be had (readme.test.ts says when). It understands the one form that README uses,
//   nats --server URL pub SUBJECT BODY [-H name:value]
// and does what the real one does with it: a plain publish through the real NATS client. Everything else is refused.
import { parseArgs } from "node:util";
import { connect, headers } from "@nats-io/transport-node";

const usage = "this stand-in understands only: nats --server URL pub SUBJECT BODY [-H name:value]";

try {
  const { values, positionals } = parseArgs({
    options: { server: { type: "string" }, header: { type: "string", short: "H", multiple: true } },
    allowPositionals: true,
  });
  const [verb, subject, body, ...more] = positionals;
  if (values.server === undefined || verb !== "pub" || !subject || body === undefined || more.length > 0)
    throw new Error(usage);
  const given = headers();
  for (const line of values.header ?? []) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error(usage);
    given.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const connection = await connect({ servers: values.server, maxReconnectAttempts: 0 });
  connection.publish(subject, body, values.header === undefined ? {} : { headers: given });
  await connection.flush();
  await connection.close();
  console.log(`Published ${Buffer.byteLength(body)} bytes to "${subject}" (stand-in)`);
} catch (error) {
  console.error(`nats: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

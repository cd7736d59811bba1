// Webhooks of a blast's mails, as fast as the api takes them, until each is a fact beside its delivery.
import { randomBytes, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { signWebhook } from "#dev/sandbox/webhooks.ts";
import { runBlast } from "../measure/blast-run.ts";
import { costsBetween, readCosts } from "../measure/costs.ts";
import type { Bench } from "../setup/bench.ts";
import { percentile } from "../statistics.ts";

const SECTION = "webhooks";
/** Mailgun opens connections as it likes; this is enough to keep the api busy. */
const CONCURRENT = 64;
const POLL_MS = 200;
const APPLIED_LIMIT_MS = 120_000;

export async function measureWebhooks(bench: Bench): Promise<void> {
  const { agency, sizes, stack, figures, say } = bench;
  const audience = await agency.audience(sizes.some);
  const { blastId } = await runBlast(bench, audience);
  const key = stack.env["MAILGUN_WEBHOOK_SIGNING_KEY"] ?? "";
  // One event says delivered, another opened, as most mails have them.
  const bodies = ["delivered", "opened"].flatMap((event) =>
    Array.from({ length: audience.size }, (_, at) => webhook(key, `${blastId}.${at + 1}/1`, event)),
  );
  say(`${bodies.length} webhooks, ${CONCURRENT} at once`);
  const before = readCosts(bench);
  const beganMs = performance.now();
  const took = await postAll(new URL("/webhooks/mailgun", stack.apiUrl), bodies);
  const takenMs = performance.now() - beganMs;
  await untilApplied(stack.databaseUrl, blastId, bodies.length / 2);
  const appliedMs = performance.now() - beganMs;
  const costs = costsBetween(before, readCosts(bench));
  const add = (name: string, label: string, value: number) => figures.add(SECTION, name, label, value);
  add("webhooks_n", "webhooks, each signed and posted alone", bodies.length);
  add("webhooks_taken_per_s", "answered by the api, a second", (bodies.length / takenMs) * 1_000);
  add(
    "webhooks_applied_per_s",
    "facts beside their deliveries, a second",
    (bodies.length / appliedMs) * 1_000,
  );
  add("webhooks_p50_ms", `answer with ${CONCURRENT} at once, p50 ms`, percentile(took, 50));
  add("webhooks_p99_ms", `answer with ${CONCURRENT} at once, p99 ms`, percentile(took, 99));
  for (const name of ["api", "scheduler", "postgres"] as const)
    add(
      `webhooks_cpu_s_per_1000_${name}`,
      `${name}, CPU s per 1,000 webhooks`,
      ((costs[name] ?? 0) / bodies.length) * 1_000,
    );
}

function webhook(key: string, rid: string, event: string): string {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const token = randomBytes(25).toString("hex");
  return JSON.stringify({
    signature: { timestamp, token, signature: signWebhook(key, timestamp, token) },
    "event-data": {
      id: randomUUID(),
      event,
      recipient: "somebody@bench.example",
      timestamp: Date.now() / 1_000,
      "user-variables": { rid },
      message: { headers: { "message-id": "bench@mail.bench.example" } },
    },
  });
}

/** Posts all; answers how long each took. Throws at the first that is not taken. */
async function postAll(url: URL, bodies: readonly string[]): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT });
  const took: number[] = [];
  let next = 0;
  const lane = async () => {
    while (next < bodies.length) {
      const body = bodies[next]!;
      next += 1;
      const beganMs = performance.now();
      await post(url, agent, body);
      took.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, lane)).finally(() => agent.destroy());
  return took;
}

function post(url: URL, agent: Agent, body: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const call = request(url, { method: "POST", agent, headers }, (response) => {
    response.resume();
    response.on("end", () =>
      response.statusCode === 200
        ? resolve()
        : reject(new Error(`the api answered a webhook with ${response.statusCode}`)),
    );
  });
  call.on("error", reject);
  call.end(body);
  return promise;
}

async function untilApplied(databaseUrl: string, blastId: string, deliveries: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const giveUpAtMs = performance.now() + APPLIED_LIMIT_MS;
    for (;;) {
      const { rows } = await client.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM delivery_facts WHERE blast_id = $1 AND delivered_at IS NOT NULL AND opened_at IS NOT NULL",
        [blastId],
      );
      if (rows[0]!.n >= deliveries) return;
      if (performance.now() > giveUpAtMs)
        throw new Error(`${rows[0]!.n} of ${deliveries} deliveries have their facts`);
      await wait(POLL_MS);
    }
  } finally {
    await client.end();
  }
}

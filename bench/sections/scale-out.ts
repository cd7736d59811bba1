// A second customer-sender while the provider's answer takes 100 ms and is all that a call waits for; and the limit of a lane over both.
import { Lane } from "#gen/fanfare/options/v1/lane_pb.js";
import { startService } from "#dev/stack/services.ts";
import { connect } from "../../services/cli/connect/connect.ts";
import { runBlast, type BlastRun } from "../measure/blast-run.ts";
import { resetSink, setLatency, sinkStats } from "../measure/sink.ts";
import { startBench, type Bench } from "../setup/bench.ts";
import type { Figures } from "../figures.ts";
import type { Settings } from "../settings.ts";

const SECTION = "scale-out";
const LATENCY_MS = 100;
/** The urgent lane's batches of 100 in calls of 25, six at once: waiting is the limit, an instance can send 1,500 mails a second. */
const SENDER_ENV = { MAILGUN_BATCH_MAX: "25", FANFARE_CALLS_PER_DOMAIN: "6" };
const LANE = Lane.URGENT;
/** Three of the ten thousand: twenty seconds of one instance. */
const CUSTOMERS_FACTOR = 3;
/** What an operator sets while they run, far below what two instances could have in flight. */
const LIMIT = 100;
const LIMITED_DIVISOR = 10;

/** Starts a stack of its own, for its senders are set up otherwise. */
export async function measureScaleOut(
  settings: Settings,
  figures: Figures,
  say: Bench["say"],
): Promise<void> {
  const bench = await startBench({ ...settings, profiled: undefined }, figures, say, {
    serviceEnv: { customerSender: SENDER_ENV },
  });
  try {
    await measure(bench);
  } finally {
    await bench.stop();
  }
}

async function measure(bench: Bench): Promise<void> {
  const { agency, sink, sizes, figures, say, stack } = bench;
  const audience = await agency.audience(sizes.some * CUSTOMERS_FACTOR);
  await setLatency(sink.url, LATENCY_MS);
  const one = await tell(bench, "one instance", () => runBlast(bench, audience, { lane: LANE }));
  const launch = { env: { ...stack.env, FANFARE_PUBLIC_URL: stack.apiUrl, ...SENDER_ENV }, port: 0 };
  const second = await startService("customerSender", 2, {
    ...launch,
    logDirectory: stack.logDirectory,
    echo: false,
  });
  stack.services.customerSender.push(second);
  try {
    const two = await tell(bench, "two instances", () => runBlast(bench, audience, { lane: LANE }));
    await limitLane(bench, LIMIT);
    const few = await agency.audience(Math.max(1, Math.round(sizes.some / LIMITED_DIVISOR)));
    await resetSink(sink.url);
    await tell(bench, `two instances, limit ${LIMIT}`, () => runBlast(bench, few, { lane: LANE }));
    const stats = await sinkStats(sink.url);
    const add = (key: string, label: string, value: number) => figures.add(SECTION, key, label, value);
    add("scale_out_latency_ms", "the provider's latency, ms", LATENCY_MS);
    add("scale_out_one_mails_per_s", "one customer-sender, mails/s", one.mailsPerS);
    add("scale_out_two_mails_per_s", "two, mails/s", two.mailsPerS);
    add("scale_out_ratio", "two ÷ one", two.mailsPerS / one.mailsPerS);
    add("scale_out_limit_n", "max-ack-pending of the lane, set while they run", LIMIT);
    add("scale_out_in_flight_max_n", "mails in flight at the sink, most", stats.mails_in_flight_max);
    say(`at most ${stats.mails_in_flight_max} mails in flight, limit ${LIMIT}`);
  } finally {
    await second.stop();
  }
}

async function limitLane({ stack }: Bench, maxAckPending: number): Promise<void> {
  const operator = connect({ url: stack.apiUrl, apiKey: stack.operatorKey });
  await operator.api.queues
    .setQueueLimit({ queue: "customer", lane: LANE, maxAckPending })
    .finally(operator.close);
}

async function tell(bench: Bench, name: string, work: () => Promise<BlastRun>): Promise<BlastRun> {
  const run = await work();
  bench.say(`${name}: ${Math.round(run.mailsPerS)} mails/s`);
  return run;
}

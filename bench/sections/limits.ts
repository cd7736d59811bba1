// What the parts can do alone, on the same machine in the same run: what the pipeline's figures are to be read against.
import { measureHttp } from "../limits/sink.ts";
import { measureJetStream } from "../limits/jetstream.ts";
import { measurePostgres } from "../limits/postgres.ts";
import type { Bench } from "../setup/bench.ts";

const SECTION = "limits of the parts alone";

export async function measureLimits({ stack, sink, figures, say }: Bench): Promise<void> {
  const add = (key: string, label: string, value: number) => {
    figures.add(SECTION, key, label, value);
    say(`${label}: ${Math.round(value)}`);
  };
  const { publishedPerS, throughPerS } = await measureJetStream(stack.natsUrl);
  add("limit_jetstream_publish_msgs_per_s", "JetStream, publish in atomic batches, msgs/s", publishedPerS);
  add(
    "limit_jetstream_publish_consume_msgs_per_s",
    "JetStream, publish, pull and ack at once, msgs/s",
    throughPerS,
  );
  const { copiedPerS, updatedPerS } = await measurePostgres(stack.databaseUrl);
  add("limit_postgres_copy_rows_per_s", "PostgreSQL, COPY, rows/s", copiedPerS);
  add("limit_postgres_update_rows_per_s", "PostgreSQL, UPDATE by unnest, rows/s", updatedPerS);
  const { batchesPerS, mailsPerS } = await measureHttp(sink.url);
  add("limit_http_batches_per_s", "HTTP, the same calls to the sandbox, calls/s", batchesPerS);
  add("limit_http_mails_per_s", "HTTP, the same calls to the sandbox, mails/s", mailsPerS);
}

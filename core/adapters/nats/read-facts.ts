import { fromBinary } from "@bufbuild/protobuf";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { type FactsLogged, FactsLoggedSchema } from "#gen/fanfare/event/v1/facts_pb.js";
import { eventContract } from "#core/runtime/contract.ts";

// What a read asks for at once, and how long the broker may take; a stream of a gigabyte is some 4,000 of these messages.
const maxBatch = 100;
const expiresMs = 5_000;

/**
 * Every message of the log of facts that the broker holds now, oldest first; undefined agency: of all. Ends at what was the last one when it
 * began. Throws when the broker stops answering.
 */
export async function* readFacts(
  connection: NatsConnection,
  agencyId: string | undefined,
): AsyncGenerator<FactsLogged> {
  const { stream, subject } = eventContract(FactsLoggedSchema);
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const { state } = await manager.streams.info(stream);
  if (state.messages === 0) return;
  const consumer = await jetstream(connection).consumers.get(stream, {
    filter_subjects: subject(agencyId ?? "*"),
  });
  for (let waiting = (await consumer.info()).num_pending; waiting > 0;) {
    let got = 0;
    for await (const message of await consumer.fetch({
      max_messages: Math.min(maxBatch, waiting),
      expires: expiresMs,
    })) {
      got += 1;
      waiting -= 1;
      yield fromBinary(FactsLoggedSchema, message.data);
      if (message.seq >= state.last_seq) return;
    }
    if (got === 0)
      throw new Error(
        `The broker gave nothing of ${stream} for ${expiresMs} ms; ${waiting} messages are missing.`,
      );
  }
}

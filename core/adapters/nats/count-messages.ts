import { JetStreamApiError, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

const notFound = 404;

/** Messages that a stream holds on a subject (waiting and in work). 0 when the stream is not there; throws when the broker is away. */
export async function countMessages(
  connection: NatsConnection,
  stream: string,
  subject: string,
): Promise<number> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  try {
    const { state } = await manager.streams.info(stream, { subjects_filter: subject });
    return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === notFound) return 0;
    throw error;
  }
}

// What somebody could try on the broker, as the client sees a refusal of it.
import { jetstreamManager } from "@nats-io/jetstream";
import { PermissionViolationError, type NatsConnection } from "@nats-io/transport-node";

/** One try. Its publication names the act in tables, and is all there is to it: the JetStream API is subjects. */
export type Act = { what: string; subject: string; body?: string };

const answerWithinMs = 2_000;

/** `refused` by permissions, `answered` by whoever listens there, or `taken` without an answer. */
export async function attempt(connection: NatsConnection, { subject, body = "" }: Act): Promise<string> {
  try {
    const answer = await connection.request(subject, body, { timeout: answerWithinMs });
    return `answered ${answer.string().slice(0, 200)}`;
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      if (cause instanceof PermissionViolationError) return "refused";
    return `taken (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** The same for a subscription: refused, or it stands. */
export async function attemptToHear(connection: NatsConnection, subject: string): Promise<string> {
  const told = Promise.withResolvers<string>();
  const subscription = connection.subscribe(subject, {
    callback: (error) =>
      told.resolve(error instanceof PermissionViolationError ? "refused" : "heard something"),
  });
  // The broker answers in order: when the flush is back, a refusal has come.
  await connection.flush();
  await new Promise(setImmediate);
  told.resolve("subscribed");
  subscription.unsubscribe();
  return told.promise;
}

/** How many streams and consumers there are, to see that nothing was removed or made. */
export async function inventory(connection: NatsConnection): Promise<Record<string, string[]>> {
  const manager = await jetstreamManager(connection);
  const found: Record<string, string[]> = {};
  for (const { config } of await manager.streams.list().next()) {
    const consumers = await manager.consumers.list(config.name).next();
    found[config.name] = consumers.map(({ name }) => name).toSorted();
  }
  return found;
}

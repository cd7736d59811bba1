import type { NatsConnection } from "@nats-io/transport-node";

/**
 * Calls `ring` for every fact that is published, and nothing more: whoever hears it looks into rows. A ring that is missed costs the time until
 * the next look. Ends with the connection.
 */
export function onFacts(connection: NatsConnection, ring: () => void): void {
  connection.subscribe("fanfare.event.>", { callback: () => ring() });
}

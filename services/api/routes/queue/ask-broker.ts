import { Code, ConnectError } from "@connectrpc/connect";
import { fail } from "../../rpc/fail.ts";

/** Does something at the broker. A queue or lane that does not exist is NotFound; anything else that goes wrong there passes by itself. */
export async function askBroker<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    if (error instanceof RangeError) {
      throw fail(Code.NotFound, {
        reason: "unknown_queue",
        message: error.message,
        field: "queue",
        hint: "ListQueues shows queues and lanes.",
        cause: error,
      });
    }
    throw fail(Code.Unavailable, {
      reason: "broker_unavailable",
      message: "NATS cannot be reached at the moment, or its streams are not there yet.",
      hint: "Send the call again in a few seconds; /readyz and the log of the api tell more.",
      cause: error,
    });
  }
}

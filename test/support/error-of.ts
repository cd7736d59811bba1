import { ConnectError } from "@connectrpc/connect";

/** The error that a call must end with; throws when it succeeds. */
export async function errorOf(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error("The call succeeded, and should not have.");
}

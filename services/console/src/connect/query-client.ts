import { Code, ConnectError } from "@connectrpc/connect";
import { QueryClient } from "@tanstack/react-query";

// A wrong request stays wrong; only what may pass is tried again.
const passing = new Set<Code>([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Aborted,
]);
const maxRetries = 2;
// Back and forth between pages shows what was there; a new look is taken beside it.
const freshMs = 2_000;

/** One cache for the app. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: freshMs,
      retry: (failures, error) => failures < maxRetries && passing.has(ConnectError.from(error).code),
    },
  },
});

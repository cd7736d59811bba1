import type { Transport } from "@connectrpc/connect";
import { useMemo } from "react";
import { agencyHeader } from "../../connect/acting-agency.ts";
import { transport } from "../../connect/transport.ts";

/** The transport for calls about one agency, whichever the operator acts for elsewhere. Its answers are cached apart. */
export function useAgencyTransport(agencyId: string): Transport {
  return useMemo(() => {
    const withAgency = (header: HeadersInit | undefined) => {
      const headers = new Headers(header);
      headers.set(agencyHeader, agencyId);
      return headers;
    };
    return {
      unary: (method, signal, timeoutMs, header, input, values) =>
        transport.unary(method, signal, timeoutMs, withAgency(header), input, values),
      stream: (method, signal, timeoutMs, header, input, values) =>
        transport.stream(method, signal, timeoutMs, withAgency(header), input, values),
    };
  }, [agencyId]);
}

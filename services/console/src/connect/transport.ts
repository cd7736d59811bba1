import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { actingAgency, agencyHeader } from "./acting-agency.ts";

/** Told when a call finds that nobody is signed in any more. */
export const signedOut = new EventTarget();

const actingHeader: Interceptor = (next) => (request) => {
  const agency = actingAgency();
  if (agency !== undefined) request.header.set(agencyHeader, agency);
  return next(request);
};

const noticeSignedOut: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unauthenticated)
      signedOut.dispatchEvent(new Event("signed-out"));
    throw error;
  }
};

/** The API that served this page, in binary Protobuf; the cookie travels by itself. Reads are GETs. */
export const transport = createConnectTransport({
  baseUrl: "/",
  useBinaryFormat: true,
  useHttpGet: true,
  interceptors: [noticeSignedOut, actingHeader],
});

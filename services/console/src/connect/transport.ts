import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { actingAgency, agencyHeader } from "./acting-agency.ts";

/** Told when a call finds that nobody is signed in any more. */
export const signedOut = new EventTarget();

const actingHeader: Interceptor = (next) => (request) => {
  const agency = actingAgency();
  if (agency !== undefined && !request.header.has(agencyHeader)) request.header.set(agencyHeader, agency);
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

// Servers and proxies refuse longer addresses; 8 KB is the smallest limit in wide use, and other headers travel beside it.
const maxGetChars = 6_000;

/** Reads are GETs, which caches and a second try may repeat; one whose question is too long for an address becomes a POST. */
const fetchWithinLimits: typeof fetch = (input, init) => {
  const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
  if (init?.method !== "GET" || url.length <= maxGetChars) return fetch(input, init);
  const { origin, pathname, searchParams } = new URL(url, location.href);
  const text = (searchParams.get("message") ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const body = Uint8Array.from(atob(text), (letter) => letter.codePointAt(0) ?? 0);
  const headers = new Headers(init.headers);
  headers.set("content-type", "application/proto");
  headers.set("connect-protocol-version", "1");
  return fetch(`${origin}${pathname}`, { ...init, method: "POST", headers, body });
};

/** The API that served this page, in binary Protobuf; the cookie travels by itself. Reads are GETs. */
export const transport = createConnectTransport({
  baseUrl: "/",
  useBinaryFormat: true,
  useHttpGet: true,
  fetch: fetchWithinLimits,
  interceptors: [noticeSignedOut, actingHeader],
});

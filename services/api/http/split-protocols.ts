import { createServer as createHttp1Server, type RequestListener, type Server } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Logger } from "#core/runtime/log.ts";

// Whoever connects and says nothing holds a descriptor; a real client speaks at once.
const firstBytesTimeoutMs = 5_000;
// Slower headers than this are an attack ("slowloris"), not a network.
const headersTimeoutMs = 10_000;
// An import over HTTP/1.1 is one request as long as its file; 30 minutes is 1 GB at 600 kB/s.
const requestTimeoutMs = 30 * 60_000;
// Longer than the 60 s after which common load balancers drop an idle connection, so that they close first, not we.
const keepAliveTimeoutMs = 65_000;
// No byte in either direction for this long: the peer is gone. Streams of ours send more often than that.
const idleTimeoutMs = 5 * 60_000;
// Each costs a descriptor and some 20 KB; below the usual limit of 65,536 descriptors, PostgreSQL and NATS included.
const maxConnections = 10_000;
// One HTTP/2 connection may not hold more calls than this at once.
const maxConcurrentStreams = 250;
// The default of 64 KiB starves an upload over a distance; 1 MiB fills 100 Mbit/s at 80 ms.
const initialWindowBytes = 1024 * 1024;

// How an HTTP/2 client with prior knowledge begins: "PRI * HTTP/2.0". Three bytes tell it from POST, PUT and PATCH.
const http2Preface = Buffer.from("PRI");

/** A clear-text server of HTTP/1.1 and HTTP/2 on one port. It is an `http.Server`; listen and close it as such. */
export type SplitServer = {
  server: Server;
  /** Asks HTTP/2 peers to go (GOAWAY); calls that run go on. */
  closeSessions: () => void;
  /** Ends every connection now. */
  destroyAll: () => void;
};

/**
 * The HTTP/1.1 server listens, and each new connection is looked at first: what begins with `PRI` goes to HTTP/2. The rest goes
 * where it would have gone, so that Node's own header and request time-outs, which work only on a listening server, hold.
 */
export function createSplitServer(listener: RequestListener, log: Logger): SplitServer {
  const http1 = createHttp1Server(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      noDelay: true,
    },
    listener,
  );
  http1.maxConnections = maxConnections;
  http1.setTimeout(idleTimeoutMs);

  const http2 = createHttp2Server(
    { settings: { maxConcurrentStreams, initialWindowSize: initialWindowBytes } },
    listener as unknown as Parameters<typeof createHttp2Server>[1],
  );
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.setTimeout(idleTimeoutMs, () => session.close());
    // Larger than the stream window: one slow call must not stop the others of its connection.
    session.setLocalWindowSize(4 * initialWindowBytes);
    session.once("close", () => sessions.delete(session));
  });
  http2.on("sessionError", (error) => log.debug({ err: error }, "http/2 session failed"));

  const sockets = new Set<Socket>();
  const toHttp1 = http1.listeners("connection");
  http1.removeAllListeners("connection");
  http1.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    readFirstBytes(socket, (isHttp2) => {
      if (isHttp2) http2.emit("connection", socket);
      else for (const serve of toHttp1) serve.call(http1, socket);
    });
  });
  return {
    server: http1,
    closeSessions: () => sessions.forEach((session) => session.close()),
    destroyAll: () => sockets.forEach((socket) => socket.destroy()),
  };
}

/** Reads until it is clear what the peer speaks, puts the bytes back, and tells. A peer that is silent or gone is dropped. */
function readFirstBytes(socket: Socket, then: (isHttp2: boolean) => void): void {
  const drop = () => socket.destroy();
  let head = Buffer.alloc(0);
  const look = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    head = Buffer.concat([head, chunk]);
    const seen = Math.min(head.length, http2Preface.length);
    const mayBeHttp2 = head.subarray(0, seen).equals(http2Preface.subarray(0, seen));
    if (mayBeHttp2 && seen < http2Preface.length) return;
    clearTimeout(timer);
    socket.off("readable", look).off("error", drop).off("end", drop);
    socket.unshift(head);
    then(mayBeHttp2);
  };
  const timer = setTimeout(drop, firstBytesTimeoutMs);
  socket.once("close", () => clearTimeout(timer));
  socket.on("readable", look).on("error", drop).on("end", drop);
}

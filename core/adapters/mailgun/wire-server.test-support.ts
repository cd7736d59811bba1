import { createServer, type AddressInfo, type Socket } from "node:net";

/** A request as it came: its bytes, once its headers and body are whole. */
export type RawRequest = { head: string; body: Buffer; nth: number };

/** A server of bare TCP, for answers that no HTTP library would give. */
export type WireServer = {
  url: string;
  port: number;
  requests: RawRequest[];
  openSockets(): number;
  close(): Promise<void>;
};

/** `onRequest` is called for every whole request, `onConnection` as soon as a connection stands. */
export async function startWireServer(
  onRequest: (socket: Socket, request: RawRequest) => void,
  onConnection: (socket: Socket) => void = () => {},
): Promise<WireServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    onConnection(socket);
    let chunks: Buffer[] = [];
    let length = 0;
    // A call of twenty megabytes comes in a thousand pieces: they are put together once the head has said how many bytes there will be.
    let wanted = 0;
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length < wanted) return;
      let received = Buffer.concat(chunks);
      chunks = [received];
      const headEnd = received.indexOf("\r\n\r\n");
      if (headEnd === -1) return;
      const head = received.subarray(0, headEnd).toString("latin1");
      const bodyLength = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      wanted = headEnd + 4 + bodyLength;
      if (length < wanted) return;
      const request = {
        head,
        body: received.subarray(headEnd + 4, headEnd + 4 + bodyLength),
        nth: requests.length,
      };
      received = received.subarray(wanted);
      chunks = [received];
      length = received.length;
      wanted = 0;
      requests.push(request);
      onRequest(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    openSockets: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A whole HTTP/1.1 answer. */
export function answer(status: number, body: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  });
  return `HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

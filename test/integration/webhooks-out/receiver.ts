import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the receiver got, whole. */
export type Received = { id: string; headers: Record<string, string>; body: string };

export type Receiver = {
  url: string;
  got: Received[];
  /** What is answered from now on; it gets the number of requests so far. A promise that stays open is a receiver that hangs. */
  answer: (count: number, response: ServerResponse) => void | Promise<void>;
  close(): Promise<void>;
};

/** A real HTTP server on the loopback interface that keeps what it gets. Answers 204 until it is told otherwise. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = {
    url: "",
    got: [],
    answer: (_count, response) => void response.writeHead(204).end(),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      receiver.got.push({
        id: headers["webhook-id"] ?? "",
        headers,
        body: Buffer.concat(parts).toString("utf8"),
      });
      void receiver.answer(receiver.got.length, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  return receiver;
}

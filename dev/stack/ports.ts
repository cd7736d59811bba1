import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** A port of the loopback interface that is free now: the preferred one when it is, else any. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && preferred !== 0) {
    const got = await tryPort(preferred).catch(() => undefined);
    if (got !== undefined) return got;
  }
  return tryPort(0);
}

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}

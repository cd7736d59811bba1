import { createHmac, timingSafeEqual } from "node:crypto";
import { isUuid } from "../rpc/page.ts";

/** What a token opens: the lists of one agency, for one export. */
export type ExportTicket = { agencyId: string; exportId: string; userId: string };

/** Makes and reads the tokens that an exporter reads lists with. They are in no table: the signature and the time say all. */
export type ExportTokens = {
  mint(ticket: ExportTicket): string;
  /** Undefined for a text that is no token of ours, or one that has expired. */
  read(text: string): ExportTicket | undefined;
};

// Each report brings a new one, and a part takes seconds; what leaks is worthless within the quarter of an hour.
const lifeMs = 15 * 60_000;
const prefix = "fx_";

/** `secret` is the api's own and the same for all its instances; the exporter does not know it. */
export function createExportTokens(secret: string, nowMs: () => number): ExportTokens {
  const key = createHmac("sha256", secret).update("export tokens").digest();
  const sign = (payload: string) => createHmac("sha256", key).update(payload).digest("base64url");
  return {
    mint({ agencyId, exportId, userId }) {
      const payload = [agencyId, exportId, userId, nowMs() + lifeMs].join(".");
      return `${prefix}${payload}.${sign(payload)}`;
    },
    read(text) {
      const cut = text.lastIndexOf(".");
      if (!text.startsWith(prefix) || cut < 0) return undefined;
      const payload = text.slice(prefix.length, cut);
      const given = Buffer.from(text.slice(cut + 1));
      const right = Buffer.from(sign(payload));
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      const [agencyId = "", exportId = "", userId = "", until = ""] = payload.split(".");
      if (!isUuid(agencyId) || !isUuid(exportId) || Number(until) <= nowMs()) return undefined;
      return { agencyId, exportId, userId };
    },
  };
}

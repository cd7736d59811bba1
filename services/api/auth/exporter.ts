import { createHash, timingSafeEqual } from "node:crypto";
import { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import type { Authenticate } from "./authenticate.ts";
import type { ExportTokens } from "./export-token.ts";

// What exports are made of. A token reads these lists in one agency, and changes nothing.
const lists: ReadonlySet<unknown> = new Set([
  CustomerService.method.listCustomers,
  BlastService.method.listBlasts,
  BlastService.method.listDeliveries,
  ActivityService.method.listActivities,
]);

/**
 * Lets the exporter in: by its own key, which opens ExportWorkerService and reads no list; and by the token of one export, which
 * opens lists of one agency. `exporterKey` undefined: there is no exporter.
 */
export function withExporter(
  authenticate: Authenticate,
  parts: { exporterKey: string | undefined; tokens: ExportTokens },
): Authenticate {
  const wanted = parts.exporterKey === undefined ? undefined : sha256(parts.exporterKey);
  return async (header) => {
    const key = /^bearer\s+(\S+)$/i.exec(header.get("authorization")?.trim() ?? "")?.[1];
    if (wanted === undefined || key === undefined) return authenticate(header);
    // The agency stands in each request, and is checked against the export.
    if (timingSafeEqual(sha256(key), wanted)) return { kind: "service", service: "exporter", agencyId: "" };
    const ticket = parts.tokens.read(key);
    if (ticket === undefined) return authenticate(header);
    const { agencyId, userId } = ticket;
    return { kind: "agency", agencyId, userId, role: "viewer", only: lists };
  };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

import type { ServiceImpl } from "@connectrpc/connect";
import type { AuditService } from "#gen/fanfare/api/v1/audit_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { runAudit } from "./run-audit.ts";

/** All RPCs of AuditService. */
export const auditRoutes = (deps: ApiDeps): ServiceImpl<typeof AuditService> => ({
  runAudit: runAudit(deps),
});

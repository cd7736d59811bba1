import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { AuditService } from "#gen/fanfare/api/v1/audit_pb.js";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { ExportService, ExportWorkerService } from "#gen/fanfare/api/v1/export_pb.js";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import { Health } from "#gen/grpc/health/v1/health_pb.js";
import { ServerReflection } from "#gen/grpc/reflection/v1/reflection_pb.js";
import type { Readiness } from "#core/runtime/health.ts";
import { auditMaxTimeoutMs, importChunkMaxBytes, streamMaxTimeoutMs } from "./http/limits.ts";
import type { ApiDeps } from "./deps.ts";
import { activityRoutes } from "./routes/activity/routes.ts";
import { agencyRoutes } from "./routes/agency/routes.ts";
import { auditRoutes } from "./routes/audit/routes.ts";
import { blastRoutes } from "./routes/blast/routes.ts";
import { customerRoutes } from "./routes/customer/routes.ts";
import { exportRoutes, exportWorkerRoutes } from "./routes/export/routes.ts";
import { healthService } from "./routes/health/service.ts";
import { queueRoutes } from "./routes/queue/routes.ts";
import { reflectionService } from "./routes/reflection/service.ts";
import { scheduleRoutes } from "./routes/schedule/routes.ts";
import { sessionRoutes } from "./routes/session/routes.ts";
import { templateRoutes } from "./routes/template/routes.ts";
import { webhookRoutes } from "./routes/webhook/routes.ts";

/** Every service of the contract, and the two that tools expect. Reflection and metrics know these. */
export const services: readonly DescService[] = [
  AgencyService,
  AuditService,
  BlastService,
  CustomerService,
  TemplateService,
  ScheduleService,
  QueueService,
  ActivityService,
  SessionService,
  ExportService,
  ExportWorkerService,
  WebhookService,
  Health,
  ServerReflection,
];

/** Registers every RPC. */
export function registerRoutes(router: ConnectRouter, deps: ApiDeps, ready: () => Promise<Readiness>): void {
  router.service(AgencyService, agencyRoutes(deps));
  router.service(AuditService, auditRoutes(deps), { maxTimeoutMs: auditMaxTimeoutMs });
  const blast = blastRoutes(deps);
  router.service(BlastService, blast);
  router.rpc(BlastService.method.watchBlast, blast.watchBlast, { maxTimeoutMs: streamMaxTimeoutMs });
  const customer = customerRoutes(deps);
  router.service(CustomerService, customer);
  router.rpc(CustomerService.method.importCustomers, customer.importCustomers, {
    readMaxBytes: importChunkMaxBytes,
    maxTimeoutMs: streamMaxTimeoutMs,
  });
  router.service(TemplateService, templateRoutes(deps));
  router.service(ScheduleService, scheduleRoutes(deps));
  router.service(QueueService, queueRoutes(deps));
  router.service(ActivityService, activityRoutes(deps));
  router.service(SessionService, sessionRoutes(deps));
  const exports = exportRoutes(deps);
  router.service(ExportService, exports);
  router.rpc(ExportService.method.downloadExport, exports.downloadExport, {
    maxTimeoutMs: streamMaxTimeoutMs,
  });
  router.service(ExportWorkerService, exportWorkerRoutes(deps));
  router.service(WebhookService, webhookRoutes(deps));
  const names = services.map((service) => service.typeName);
  router.service(Health, healthService(names, ready));
  router.service(ServerReflection, reflectionService(services));
}

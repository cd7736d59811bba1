import { createClient, type Client, type Transport } from "@connectrpc/connect";
import { AgencyService } from "#gen/fanfare/api/v1/agency_pb.js";
import { AuditService } from "#gen/fanfare/api/v1/audit_pb.js";
import { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import { QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";

/** Every service of the API, for one caller. */
export type Api = {
  agencies: Client<typeof AgencyService>;
  audit: Client<typeof AuditService>;
  blasts: Client<typeof BlastService>;
  customers: Client<typeof CustomerService>;
  queues: Client<typeof QueueService>;
  schedules: Client<typeof ScheduleService>;
  templates: Client<typeof TemplateService>;
};

/** Clients over one transport. */
export function createApi(transport: Transport): Api {
  return {
    agencies: createClient(AgencyService, transport),
    audit: createClient(AuditService, transport),
    blasts: createClient(BlastService, transport),
    customers: createClient(CustomerService, transport),
    queues: createClient(QueueService, transport),
    schedules: createClient(ScheduleService, transport),
    templates: createClient(TemplateService, transport),
  };
}

import type { ServiceImpl } from "@connectrpc/connect";
import type { WebhookService } from "#gen/fanfare/api/v1/webhook_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { createEndpoint } from "./create-endpoint.ts";
import { deleteEndpoint } from "./delete-endpoint.ts";
import { listAttempts } from "./list-attempts.ts";
import { listEndpoints } from "./list-endpoints.ts";
import { resend } from "./resend.ts";
import { rotateSecret } from "./rotate-secret.ts";
import { sendTest } from "./send-test.ts";
import { updateEndpoint } from "./update-endpoint.ts";

/** All RPCs of WebhookService. */
export const webhookRoutes = (deps: ApiDeps): ServiceImpl<typeof WebhookService> => ({
  createEndpoint: createEndpoint(deps),
  listEndpoints: listEndpoints(deps),
  updateEndpoint: updateEndpoint(deps),
  deleteEndpoint: deleteEndpoint(deps),
  rotateSecret: rotateSecret(deps),
  sendTest: sendTest(deps),
  listAttempts: listAttempts(deps),
  resend: resend(deps),
});

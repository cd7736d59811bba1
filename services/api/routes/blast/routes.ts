import type { ServiceImpl } from "@connectrpc/connect";
import type { BlastService } from "#gen/fanfare/api/v1/blast_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { cancelBlast } from "./cancel-blast.ts";
import { countAudience } from "./count-audience.ts";
import { rejectHeld, retryDeliveries } from "./decide-failed.ts";
import { explainDelivery } from "./explain-delivery.ts";
import { getBlast } from "./get-blast.ts";
import { getBlastStatistics } from "./get-blast-statistics.ts";
import { listBlasts } from "./list-blasts.ts";
import { listDeliveries } from "./list-deliveries.ts";
import { pauseBlast, resumeBlast } from "./pause-blast.ts";
import { previewBlast } from "./preview-blast.ts";
import { recordBlastReport } from "./record-blast-report.ts";
import { sendBlast } from "./send-blast.ts";
import { sendToCustomer } from "./send-to-customer.ts";
import { watchBlast } from "./watch-blast.ts";

/** All RPCs of BlastService. */
export const blastRoutes = (deps: ApiDeps): ServiceImpl<typeof BlastService> => ({
  sendBlast: sendBlast(deps),
  previewBlast: previewBlast(deps),
  countAudience: countAudience(deps),
  getBlast: getBlast(deps),
  listBlasts: listBlasts(deps),
  watchBlast: watchBlast(deps),
  cancelBlast: cancelBlast(deps),
  pauseBlast: pauseBlast(deps),
  resumeBlast: resumeBlast(deps),
  retryDeliveries: retryDeliveries(deps),
  rejectHeld: rejectHeld(deps),
  sendToCustomer: sendToCustomer(deps),
  listDeliveries: listDeliveries(deps),
  explainDelivery: explainDelivery(deps),
  getBlastStatistics: getBlastStatistics(deps),
  recordBlastReport: recordBlastReport(deps),
});

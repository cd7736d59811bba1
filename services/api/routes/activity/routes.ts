import type { ServiceImpl } from "@connectrpc/connect";
import type { ActivityService } from "#gen/fanfare/api/v1/activity_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { listActivities } from "./list-activities.ts";

/** All RPCs of ActivityService. */
export const activityRoutes = (deps: ApiDeps): ServiceImpl<typeof ActivityService> => ({
  listActivities: listActivities(deps),
});

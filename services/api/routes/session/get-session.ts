import type { ServiceImpl } from "@connectrpc/connect";
import type { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { callerOf } from "../../rpc/caller.ts";
import { sessionMessage } from "./session-message.ts";

/** Who calls. */
export const getSession =
  ({ database }: ApiDeps): ServiceImpl<typeof SessionService>["getSession"] =>
  async (_request, context) => ({
    session: await database.asSystem((tx) => sessionMessage(tx, callerOf(context))),
  });

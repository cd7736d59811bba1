import { Code, type HandlerContext } from "@connectrpc/connect";
import { SessionService } from "#gen/fanfare/api/v1/session_pb.js";
import { Health } from "#gen/grpc/health/v1/health_pb.js";
import { ServerReflection } from "#gen/grpc/reflection/v1/reflection_pb.js";
import type { Authenticate } from "../auth/authenticate.ts";
import { callKey, requestIdHeader } from "./call.ts";
import { callerKey } from "./caller.ts";
import { fail } from "./fail.ts";
import { noteFailure } from "./observe.ts";

// Probes and tools ask these before they have a key; they tell nothing of any agency.
const openServices = new Set<string>([Health.typeName, ServerReflection.typeName]);
// These are how people get their cookie; signing out answers also when there is none.
const openMethods = new Set<unknown>([
  SessionService.method.signIn,
  SessionService.method.signOut,
  SessionService.method.acceptInvitation,
]);

/** Runs before a request's body is read: whoever has no key sends nothing that we would parse. */
export function createGate(authenticate: Authenticate): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    const call = context.values.get(callKey);
    context.responseHeader.set(requestIdHeader, call.id);
    if (openServices.has(context.service.typeName) || openMethods.has(context.method)) return;
    try {
      const caller = await authenticate(context.requestHeader);
      if (caller.only !== undefined && !caller.only.has(context.method))
        throw notForThis(context.method.name);
      context.values.set(callerKey, caller);
      if (caller.agencyId !== undefined) call.agencyId = caller.agencyId;
    } catch (error) {
      throw noteFailure(call, error);
    }
  };
}

function notForThis(method: string): Error {
  return fail(Code.PermissionDenied, {
    reason: "method_not_open",
    message: `This key does not open ${method}.`,
    hint: "It is the exporter's; use an API key of the agency.",
  });
}

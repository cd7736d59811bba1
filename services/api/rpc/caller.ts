import { Code, createContextKey, type HandlerContext } from "@connectrpc/connect";
import type { RoleText } from "#core/adapters/postgres/schema.ts";
import { fail } from "./fail.ts";

/**
 * Who calls. A user or program of an agency, or an operator of the house; by key or, with `session`, by the cookie of that SHA-256.
 * `operatorId` is unset for the operator key, which belongs to no person. With `only`, no other methods are open, whatever the role:
 * the gate sees to that.
 */
export type Caller = { session?: Buffer; only?: ReadonlySet<unknown> } & (
  | { kind: "agency"; agencyId: string; userId: string; role: RoleText }
  | { kind: "operator"; agencyId?: string; operatorId?: string }
  | { kind: "service"; service: ServiceName; agencyId: string }
);

/** Workers of the house that call the API under keys of their own. */
export type ServiceName = "reporter" | "exporter";

/** Header by which an operator names the agency to act for. */
export const agencyHeader = "fanfare-agency";

/** Set by the gate before a request's body is read; undefined where no key is needed (health, reflection). */
export const callerKey = createContextKey<Caller | undefined>(undefined, { description: "caller" });

const rank: Record<RoleText, number> = { viewer: 1, sender: 2, admin: 3 };

/** True when `role` may do what `atLeast` may. */
export function roleSuffices(role: RoleText, atLeast: RoleText): boolean {
  return rank[role] >= rank[atLeast];
}

/** The caller, whoever it is. */
export function callerOf(context: HandlerContext): Caller {
  const caller = context.values.get(callerKey);
  if (caller === undefined) throw new Error(`${context.method.name} was reached without authentication`);
  return caller;
}

/**
 * The agency to act for, when the caller's role there is enough. An operator counts as admin of the agency in the header
 * `fanfare-agency`. Throws PermissionDenied, or FailedPrecondition when an operator names no agency.
 */
export function requireRole(
  context: HandlerContext,
  atLeast: RoleText,
): { agencyId: string; userId?: string; caller: Caller } {
  const caller = callerOf(context);
  if (caller.kind === "operator") {
    if (caller.agencyId === undefined) {
      throw fail(Code.FailedPrecondition, {
        reason: "agency_required",
        message: `${context.method.name} acts for one agency and the operator key belongs to none.`,
        field: agencyHeader,
        hint: `Send the header "${agencyHeader}: <agency id>".`,
      });
    }
    return { agencyId: caller.agencyId, caller };
  }
  if (caller.kind === "service") throw notForService(context, caller.service);
  if (!roleSuffices(caller.role, atLeast)) {
    throw fail(Code.PermissionDenied, {
      reason: "role_too_low",
      message: `${context.method.name} needs the role ${atLeast}; this key has the role ${caller.role}.`,
      hint: `Use a key with the role ${atLeast}; an admin of the agency can create one.`,
    });
  }
  return { agencyId: caller.agencyId, userId: caller.userId, caller };
}

/** The agency that a worker of the house acts for. Nobody else passes. */
export function requireService(context: HandlerContext, service: ServiceName): string {
  const caller = callerOf(context);
  if (caller.kind === "service" && caller.service === service) return caller.agencyId;
  throw fail(Code.PermissionDenied, {
    reason: "service_only",
    message: `${context.method.name} is for the ${service}'s own key.`,
    hint: "There is nothing to call it for by hand.",
  });
}

/** The agency to act for: of a role that is enough, or of a worker of the house. */
export function requireRoleOrService(
  context: HandlerContext,
  atLeast: RoleText,
  service: ServiceName,
): string {
  if (callerOf(context).kind === "service") return requireService(context, service);
  return requireRole(context, atLeast).agencyId;
}

function notForService(context: HandlerContext, service: ServiceName) {
  return fail(Code.PermissionDenied, {
    reason: "service_key",
    message: `The ${service}'s key does not open ${context.method.name}.`,
    hint: "Use a key of the agency.",
  });
}

/** Lets only operators pass. */
export function requireOperator(context: HandlerContext): void {
  if (callerOf(context).kind === "operator") return;
  throw fail(Code.PermissionDenied, {
    reason: "operators_only",
    message: `${context.method.name} is for operators of the house.`,
    hint: "Use the operator key (FANFARE_OPERATOR_KEY of the api).",
  });
}

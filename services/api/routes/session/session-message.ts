import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { SessionSchema } from "#gen/fanfare/api/v1/session_pb.js";
import { readAgency } from "#core/adapters/postgres/agencies/read-agency.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import { readPerson } from "#core/adapters/postgres/sessions/find-people.ts";
import { readSessionEnd } from "#core/adapters/postgres/sessions/sessions.ts";
import { readUser } from "#core/adapters/postgres/users/read-user.ts";
import type { Caller } from "../../rpc/caller.ts";
import { agencyMessage } from "../agency/agency-message.ts";
import { userMessage } from "../agency/user-message.ts";

/** Who calls, as callers see it. Runs as system, because an operator belongs to no agency. */
export async function sessionMessage(
  tx: Tx,
  caller: Caller,
): Promise<MessageInitShape<typeof SessionSchema>> {
  const agency = caller.agencyId === undefined ? undefined : await readAgency(tx, caller.agencyId);
  const user = caller.kind === "agency" ? await readUser(tx, caller.agencyId, caller.userId) : undefined;
  const expiresAt = caller.session === undefined ? undefined : await readSessionEnd(tx, caller.session);
  return {
    operator: caller.kind === "operator",
    displayName: user === undefined ? await operatorName(tx, caller) : user.name || user.email,
    ...(agency === undefined ? {} : { agency: agencyMessage(agency) }),
    ...(user === undefined ? {} : { user: userMessage(user) }),
    ...(expiresAt === undefined ? {} : { expiresAt: timestampFromDate(expiresAt) }),
  };
}

async function operatorName(tx: Tx, caller: Caller): Promise<string> {
  if (caller.kind !== "operator" || caller.operatorId === undefined) return "operator key";
  const person = await readPerson(tx, caller.operatorId);
  return person?.name || person?.email || "operator";
}

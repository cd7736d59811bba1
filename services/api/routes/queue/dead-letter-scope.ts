import { Code, type HandlerContext } from "@connectrpc/connect";
import type { Database, Tx } from "#core/adapters/postgres/database.ts";
import type { DeadLetterFilter } from "#core/adapters/postgres/dead-letters/dead-letter-record.ts";
import { workContract } from "#core/runtime/contract.ts";
import { allWorkContracts } from "#core/runtime/contracts.ts";
import { callerOf, requireRole } from "../../rpc/caller.ts";
import { fail } from "../../rpc/fail.ts";

/** Transactions over the dead letters that the caller may see: an operator all (or those of the agency named), an admin the agency's own. */
export function deadLetterScope(
  database: Database,
  context: HandlerContext,
): <T>(work: (tx: Tx) => Promise<T>) => Promise<T> {
  const caller = callerOf(context);
  if (caller.kind === "operator" && caller.agencyId === undefined) return (work) => database.asSystem(work);
  const { agencyId } = requireRole(context, "admin");
  return (work) => database.withAgency(agencyId, work);
}

/** The filter of a request. Throws InvalidArgument for a queue that does not exist. */
export function deadLetterFilter(request: { queue: string; reason: string }): DeadLetterFilter {
  const { queue, reason } = request;
  const queues = allWorkContracts.map((desc) => workContract(desc).queue);
  if (queue !== "" && !queues.includes(queue)) {
    throw fail(Code.InvalidArgument, {
      reason: "unknown_queue",
      message: `There is no queue ${JSON.stringify(queue)}.`,
      field: "queue",
      hint: `There are: ${queues.join(", ")}.`,
    });
  }
  return {
    ...(queue === "" ? {} : { subjectPrefix: `fanfare.work.${queue}.` }),
    ...(reason === "" ? {} : { reason }),
  };
}

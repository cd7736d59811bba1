import { Code, type ServiceImpl } from "@connectrpc/connect";
import { type BlastService, DeliveryState } from "#gen/fanfare/api/v1/blast_pb.js";
import { readBlast } from "#core/adapters/postgres/blasts-read/read-blast.ts";
import {
  rejectHeld as reject,
  retryFailed,
  type Chosen,
  type Decided,
} from "#core/adapters/postgres/blasts/decide-failed.ts";
import type { Tx } from "#core/adapters/postgres/database.ts";
import type { ApiDeps } from "../../deps.ts";
import { requireRole } from "../../rpc/caller.ts";
import { fail, notFound } from "../../rpc/fail.ts";
import { blastMessage } from "./blast-message.ts";

/** Tries again what was rejected or held. Nothing left to choose is no error: the call may be repeated. */
export const retryDeliveries =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["retryDeliveries"] =>
  async (request, context) => {
    const { agencyId, userId } = requireRole(context, "sender");
    const { blastId, states } = request;
    const words = (["rejected", "held"] as const).filter(
      (word) => states.length === 0 || states.includes(stateOf[word]),
    );
    const scope = { agencyId, blastId, decided: `${decidedBy(userId)}: to be tried again` };
    const answer = await decideFailed(deps, scope, (tx) => retryFailed(tx, scope, words, chosenBy(request)));
    return { blast: answer.blast, retried: answer.changed, remaining: answer.remaining };
  };

/** Gives up what is held. Nothing held is no error. */
export const rejectHeld =
  (deps: ApiDeps): ServiceImpl<typeof BlastService>["rejectHeld"] =>
  async (request, context) => {
    const { agencyId, userId } = requireRole(context, "sender");
    const scope = {
      agencyId,
      blastId: request.blastId,
      decided: `${decidedBy(userId)}: not to be tried again`,
    };
    const answer = await decideFailed(deps, scope, (tx) => reject(tx, scope, chosenBy(request)));
    return { blast: answer.blast, rejected: answer.changed, remaining: answer.remaining };
  };

const stateOf = { rejected: DeliveryState.REJECTED, held: DeliveryState.HELD } as const;

function decidedBy(userId: string | undefined): string {
  return userId === undefined ? "by an operator" : `by user ${userId}`;
}

function chosenBy({ reason, sequences }: { reason: string; sequences: number[] }): Chosen {
  return {
    reason: reason === "" ? undefined : reason,
    seqs: sequences.length === 0 ? undefined : sequences,
  };
}

async function decideFailed(
  { database }: ApiDeps,
  { agencyId, blastId }: { agencyId: string; blastId: string },
  decide: (tx: Tx) => Promise<Decided>,
) {
  return database.withAgency(agencyId, async (tx) => {
    const decided = await decide(tx);
    if (decided.kind !== "ok") throw refusal(decided, blastId);
    const row = await readBlast(tx, agencyId, blastId);
    return { blast: blastMessage(row!), changed: decided.changed, remaining: decided.remaining };
  });
}

function refusal(decided: Exclude<Decided, { kind: "ok" }>, blastId: string): Error {
  if (decided.kind === "unknown") return notFound("blast", blastId, "blast_id");
  if (decided.kind === "stopped") {
    return fail(Code.FailedPrecondition, {
      reason: `blast_${decided.state}`,
      message: `The blast ${blastId} was ${decided.state}; nothing of it is sent any more.`,
      field: "blast_id",
      hint: "Send a new blast to those customers.",
    });
  }
  return fail(Code.FailedPrecondition, {
    reason: "insufficient_credit",
    message: `Trying again needs ${decided.needed} credits, and the balance is ${decided.balance}; nothing was changed.`,
    hint: "Choose fewer deliveries, or ask the operator of the platform for a top-up.",
  });
}

import type { Command } from "commander";
import {
  CancelBlastResponseSchema,
  PauseBlastResponseSchema,
  ResumeBlastResponseSchema,
  type Blast,
} from "#gen/fanfare/api/v1/blast_pb.js";
import { requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import { blastLines } from "../show-blast.ts";
import type { Output } from "../show/output.ts";
import { count } from "../show/style.ts";

/** `cancel`, `pause` and `resume`: one word each on one blast. */
export function addSteer(program: Command, cli: Cli): void {
  const command = (name: string, description: string) =>
    program.command(name).argument("<blast>", "id of the blast").description(description);

  command("cancel", "stop what has not left").action(async (blast: string, _: object, invoked: Command) => {
    const blastId = requireUuid("blast", blast);
    const { api, out, call } = cli.open(invoked);
    const answer = await api.blasts.cancelBlast({ blastId }, call);
    out.show(CancelBlastResponseSchema, answer, () => {
      showBlast(out, answer.blast);
      out.line(`already left: ${count(answer.alreadyLeft)}`);
    });
  });
  command("pause", "hold back what has not left").action(
    async (blast: string, _: object, invoked: Command) => {
      const blastId = requireUuid("blast", blast);
      const { api, out, call } = cli.open(invoked);
      const answer = await api.blasts.pauseBlast({ blastId }, call);
      out.show(PauseBlastResponseSchema, answer, () => showBlast(out, answer.blast));
    },
  );
  command("resume", "go on with a paused blast").action(
    async (blast: string, _: object, invoked: Command) => {
      const blastId = requireUuid("blast", blast);
      const { api, out, call } = cli.open(invoked);
      const answer = await api.blasts.resumeBlast({ blastId }, call);
      out.show(ResumeBlastResponseSchema, answer, () => showBlast(out, answer.blast));
    },
  );
}

function showBlast(out: Output, blast: Blast | undefined): void {
  if (blast !== undefined) for (const line of blastLines(blast)) out.line(line);
}

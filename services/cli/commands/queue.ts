import { Argument, type Command } from "commander";
import {
  PauseQueueResponseSchema,
  ResumeQueueResponseSchema,
  SetQueueLimitResponseSchema,
} from "#gen/fanfare/api/v1/queue_pb.js";
import { LaneSchema } from "#gen/fanfare/options/v1/lane_pb.js";
import { readLane, withLane } from "../content-options.ts";
import { wholeNumber } from "../parse.ts";
import type { Cli } from "../session.ts";
import { keysOf } from "../show/words.ts";
import { queueLines } from "./queues.ts";

/** The contract's limit. */
const LIMIT_MAX = 100_000;

type Options = { lane?: string };

/** `queue pause`, `queue resume` and `queue limit`: steer a queue while it runs. */
export function addQueue(program: Command, cli: Cli): void {
  const queue = program.command("queue").description("steer a queue while it runs: pause, resume, limit");

  withLane(queue.command("pause").argument("<queue>", "name of the queue"))
    .description(
      "workers in any language stop getting messages; nothing is lost; all lanes unless --lane is given",
    )
    .action(async (name: string, { lane }: Options, command: Command) => {
      const { api, out, call } = cli.open(command);
      const answer = await api.queues.pauseQueue({ queue: name, lane: readLane(lane) }, call);
      out.show(PauseQueueResponseSchema, answer, () =>
        queueLines(answer.queues, out.style).forEach((each) => out.line(each)),
      );
    });

  withLane(queue.command("resume").argument("<queue>", "name of the queue"))
    .description("go on with a paused queue; all lanes unless --lane is given")
    .action(async (name: string, { lane }: Options, command: Command) => {
      const { api, out, call } = cli.open(command);
      const answer = await api.queues.resumeQueue({ queue: name, lane: readLane(lane) }, call);
      out.show(ResumeQueueResponseSchema, answer, () =>
        queueLines(answer.queues, out.style).forEach((each) => out.line(each)),
      );
    });

  queue
    .command("limit")
    .argument("<queue>", "name of the queue")
    .addArgument(new Argument("<lane>", "the lane").choices(keysOf(LaneSchema)))
    .argument("<n>", "messages that all workers together may hold", wholeNumber("n", 1, LIMIT_MAX))
    .description("change how many messages the workers of a lane may hold together")
    .action(async (name: string, lane: string, maxAckPending: number, _: object, command: Command) => {
      const { api, out, call } = cli.open(command);
      const answer = await api.queues.setQueueLimit(
        { queue: name, lane: readLane(lane), maxAckPending },
        call,
      );
      out.show(SetQueueLimitResponseSchema, answer, () => {
        const queues = answer.queue === undefined ? [] : [answer.queue];
        queueLines(queues, out.style).forEach((each) => out.line(each));
      });
    });
}

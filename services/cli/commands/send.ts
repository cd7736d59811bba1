import { Option, type Command } from "commander";
import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";
import { SendBlastResponseSchema } from "#gen/fanfare/api/v1/blast_pb.js";
import { CreateScheduleResponseSchema } from "#gen/fanfare/api/v1/schedule_pb.js";
import { DoubtPolicySchema } from "#gen/fanfare/options/v1/doubt_policy_pb.js";
import {
  checkAudience,
  readAudience,
  readContent,
  readLane,
  withAudience,
  withContent,
  withLane,
  type AudienceOptions,
  type ContentOptions,
} from "../content-options.ts";
import { idempotencyKey, KEY_HELP, KEY_OPTION } from "../idempotency-key.ts";
import type { Cli, Session } from "../session.ts";
import { watchOnScreen } from "../show-blast.ts";
import { keysOf, timeOf, valueOf } from "../show/words.ts";
import { UsageError } from "../usage-error.ts";

type Options = ContentOptions &
  AudienceOptions & {
    name?: string;
    lane?: string;
    at?: string;
    rrule?: string;
    timeZone?: string;
    doubtPolicy?: string;
    key?: string;
    watch?: boolean;
  };

const LOCAL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

export function addSend(program: Command, cli: Cli): void {
  const command = program.command("send").description("send a blast now, or with --at later and on a rhythm");
  withLane(withAudience(withContent(command)))
    .option("--name <text>", "name of the blast")
    .option("--at <time>", "local date and time, for example 2026-12-24T09:00")
    .option("--rrule <rule>", "repeat, for example FREQ=MONTHLY;BYDAY=1MO (RFC 5545); needs --at")
    .option("--time-zone <name>", "of --at, for example America/Chicago; default: the agency's")
    .addOption(
      new Option(
        "--doubt-policy <policy>",
        "what is lost without a trace is held, or sent again; default: the agency's",
      ).choices(keysOf(DoubtPolicySchema)),
    )
    .option(KEY_OPTION, KEY_HELP)
    .option("--watch", "follow the blast to its end")
    .action(async (options: Options, invoked: Command) => {
      checkAudience(options);
      checkTime(options);
      const session = cli.open(invoked);
      const common = {
        name:
          options.name ??
          `${options.template} to ${options.list ?? (options.all ? "all" : "some customers")}`,
        content: await readContent(session, options),
        audience: await readAudience(session, options),
        lane: readLane(options.lane),
        idempotencyKey: idempotencyKey(options.key, session.out),
      };
      if (options.at !== undefined) await schedule(session, { ...common, localStart: options.at }, options);
      else {
        const { doubtPolicy: word } = options;
        const doubtPolicy = word === undefined ? 0 : valueOf(DoubtPolicySchema, "--doubt-policy", word);
        await sendNow(cli, session, { ...common, doubtPolicy }, options.watch === true);
      }
    });
}

type Common = Parameters<Session["api"]["blasts"]["sendBlast"]>[0];

async function sendNow(cli: Cli, session: Session, request: Common, watch: boolean): Promise<void> {
  const { api, out, call } = session;
  const answer = await api.blasts.sendBlast(request, call);
  out.show(SendBlastResponseSchema, answer, () => {
    const again = answer.replayed ? "; the key was known, nothing new was sent" : "";
    out.line(`blast ${answer.blastId}${again}`);
    if (answer.leavesAt !== undefined) out.line(countdownLine(answer.blastId, answer.leavesAt));
  });
  if (watch) await watchOnScreen(cli, session, answer.blastId);
  else if (!out.json) out.note(`follow it with: watch ${answer.blastId}`);
}

/** The remaining time is by this machine's clock, which may differ from the server's by a little. */
function countdownLine(blastId: string, leavesAt: Timestamp): string {
  const seconds = Math.ceil((timestampDate(leavesAt).getTime() - Date.now()) / 1_000);
  return seconds > 0
    ? `leaves in ${seconds} s; undo with: fanfare cancel ${blastId}`
    : "the countdown is over; it leaves now";
}

async function schedule(
  { api, out, call }: Session,
  request: Parameters<Session["api"]["schedules"]["createSchedule"]>[0],
  { rrule, timeZone }: Options,
): Promise<void> {
  const answer = await api.schedules.createSchedule(
    { ...request, rrule: rrule ?? "", timeZone: timeZone ?? "" },
    call,
  );
  out.show(CreateScheduleResponseSchema, answer, () => {
    const again = answer.replayed ? "; the key was known, nothing new was planned" : "";
    out.line(`schedule ${answer.schedule?.id} in ${answer.schedule?.timeZone}${again}`);
    for (const time of answer.upcoming) out.line(`  ${timeOf(time)} by this machine's clock`);
  });
}

function checkTime({ at, rrule, timeZone, watch }: Options): void {
  if (at === undefined) {
    if (rrule !== undefined || timeZone !== undefined)
      throw new UsageError(
        "--rrule and --time-zone need a first time.",
        "Add --at, for example --at 2026-12-24T09:00.",
      );
    return;
  }
  if (!LOCAL_TIME.test(at))
    throw new UsageError(`--at: "${at}" is not a local date and time.`, "It looks like 2026-12-24T09:00.");
  if (watch)
    throw new UsageError(
      "--watch and --at do not go together.",
      "`schedules` shows when it fires; `watch` the blast then.",
    );
}

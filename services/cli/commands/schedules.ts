import type { Command } from "commander";
import { CancelScheduleResponseSchema, ScheduleSchema } from "#gen/fanfare/api/v1/schedule_pb.js";
import { requireUuid } from "../parse.ts";
import type { Cli } from "../session.ts";
import { count } from "../show/style.ts";
import { timeOf } from "../show/words.ts";
import { showRows, withLimit } from "../show-rows.ts";

type Options = { ended?: boolean; cancel?: string; limit: number };

export function addSchedules(program: Command, cli: Cli): void {
  const command = program
    .command("schedules")
    .description("blasts that leave later, by their next time")
    .option("--ended", "also those that fire no more")
    .option("--cancel <id>", "end this one: it fires no more");
  withLimit(command).action(async ({ ended, cancel, limit }: Options, invoked: Command) => {
    const scheduleId = cancel === undefined ? undefined : requireUuid("schedule", cancel);
    const { api, out, call } = cli.open(invoked);
    if (scheduleId !== undefined) {
      const answer = await api.schedules.cancelSchedule({ scheduleId }, call);
      out.show(CancelScheduleResponseSchema, answer, () => out.line(`schedule ${scheduleId} fires no more`));
      return;
    }
    await showRows({
      out,
      schema: ScheduleSchema,
      limit,
      none: "There are no schedules; `send … --at TIME` makes one.",
      columns: [
        { title: "id", value: ({ id }) => id },
        { title: "name", value: ({ name }) => name },
        { title: "next, by this clock", value: ({ nextAt }) => timeOf(nextAt) },
        { title: "starts there", value: ({ localStart }) => localStart },
        { title: "time zone", value: ({ timeZone }) => timeZone },
        { title: "rule", value: ({ rrule }) => rrule || "once" },
        { title: "fired", value: ({ fired }) => count(fired), right: true },
        { title: "", value: ({ cancelled }) => (cancelled ? "cancelled" : "") },
      ],
      fetchPage: async (page) => {
        const answer = await api.schedules.listSchedules({ page, includeEnded: ended ?? false }, call);
        return { rows: answer.schedules, page: answer.page };
      },
    });
  });
}

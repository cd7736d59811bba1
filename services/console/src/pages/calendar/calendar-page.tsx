import { useNavigate, useSearch } from "@tanstack/react-router";
import { CalendarDays, CalendarRange, ChevronLeft, ChevronRight, List } from "lucide-react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { useMay } from "../../app/session.ts";
import { useZone } from "../../format/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Page, Row } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { EmptyState, ErrorState, Loading } from "../../ui/states.tsx";
import styles from "./calendar-page.module.css";
import { DayList } from "./day-list.tsx";
import { dayIn, monthAfter, monthWords } from "./days.ts";
import { MonthGrid } from "./month-grid.tsx";
import { ScheduleDrawer } from "./schedule-drawer.tsx";
import type { CalendarSearch } from "./search.ts";
import { useCalendar } from "./use-calendar.ts";

/** What left and what will leave, on the days of the agency's zone. */
export function CalendarPage() {
  const search = useSearch({ from: "/shell/calendar" });
  const navigate = useNavigate();
  const maySend = useMay(Role.SENDER);
  const zone = useZone();
  const today = dayIn(zone, Date.now());
  const month = search.month ?? today.slice(0, 7);
  const calendar = useCalendar(month);
  const go = (next: CalendarSearch) => void navigate({ to: "/calendar", search: next, resetScroll: false });
  const view = search.view === undefined ? {} : { view: search.view };
  const turn = (to: string) => go({ ...(to === today.slice(0, 7) ? {} : { month: to }), ...view });
  const { schedule: scheduleId, ...rest } = search;
  const days = calendar.weeks.flat().filter((day) => day.startsWith(month));
  const empty = !days.some((day) => calendar.byDay.has(day));
  const shown = { today, zone, byDay: calendar.byDay };
  return (
    <Page
      title="Calendar"
      lead={`Blasts that left, and those that will, by the clock of ${zone}.`}
      actions={
        maySend ? (
          <LinkButton to="/send" look="primary">
            Schedule a blast
          </LinkButton>
        ) : undefined
      }
    >
      <Row gap={4} between>
        <Row gap={2}>
          <Button aria-label="The month before" onClick={() => turn(monthAfter(month, -1))}>
            <ChevronLeft size={16} aria-hidden="true" />
          </Button>
          <Button aria-label="The month after" onClick={() => turn(monthAfter(month, 1))}>
            <ChevronRight size={16} aria-hidden="true" />
          </Button>
          <Button look="quiet" onClick={() => turn(today.slice(0, 7))}>
            Today
          </Button>
          <h2 className={styles.month} aria-live="polite">
            {monthWords(month)}
          </h2>
        </Row>
        <div className={styles.views}>
          <Segmented<"month" | "list">
            label="View"
            value={search.view ?? "month"}
            onChange={(key) =>
              go({
                ...(search.month === undefined ? {} : { month: search.month }),
                ...(key === "list" ? { view: "list" } : {}),
              })
            }
            choices={[
              { key: "month", label: "Month", icon: <CalendarRange size={15} aria-hidden="true" /> },
              { key: "list", label: "List", icon: <List size={15} aria-hidden="true" /> },
            ]}
          />
        </div>
      </Row>
      {calendar.cutShort ? (
        <Notice tone="warn">
          There is more in this month than is shown. The list of blasts has all of them.
        </Notice>
      ) : null}
      {calendar.error !== undefined ? (
        <ErrorState error={calendar.error} retry={calendar.refetch} />
      ) : calendar.loading ? (
        <Card>
          <Loading lines={8} label="Loading the calendar" />
        </Card>
      ) : (
        <>
          <div className={search.view === "list" ? styles.never : styles.onWide}>
            <MonthGrid month={month} weeks={calendar.weeks} search={rest} {...shown} />
          </div>
          <div className={search.view === "list" ? undefined : styles.onPhone}>
            {empty ? (
              <EmptyState icon={<CalendarDays size={22} />} title="Nothing in this month">
                Blasts appear on the day they left, and schedules on the days they will fire.
              </EmptyState>
            ) : (
              <DayList days={days} search={rest} {...shown} />
            )}
          </div>
        </>
      )}
      {scheduleId === undefined ? null : (
        <ScheduleDrawer scheduleId={scheduleId} onClose={() => go(rest)} onChange={calendar.refetch} />
      )}
    </Page>
  );
}

import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { useMutation, useQuery } from "@connectrpc/connect-query";
import { useMemo, useState } from "react";
import { Role } from "#gen/fanfare/api/v1/agency_pb.js";
import { MissedPolicy, type Schedule, ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { useMay } from "../../app/session.ts";
import { plural } from "../../format/numbers.ts";
import { scheduleWords } from "../../format/rule-words.ts";
import { Time } from "../../format/time.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Drawer } from "../../ui/drawer.tsx";
import { Row, Stack } from "../../ui/page.tsx";
import { ErrorNote, ErrorState, Loading } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { laneWords } from "../blasts/lanes.ts";
import styles from "./schedule-drawer.module.css";

const shownOccurrences = 5;
// The longest span that ListOccurrences takes is 400 days.
const aheadMs = 400 * 86_400_000;

/** A schedule in words, when it fires next, and the way to end it. */
export function ScheduleDrawer({
  scheduleId,
  onClose,
  onChange,
}: {
  scheduleId: string;
  onClose: () => void;
  onChange: () => void;
}) {
  const { data, error, refetch } = useQuery(ScheduleService.method.getSchedule, { scheduleId });
  const schedule = data?.schedule;
  const changed = () => {
    void refetch();
    onChange();
  };
  return (
    <Drawer title={schedule?.name ?? "Schedule"} onClose={onClose}>
      {schedule !== undefined ? (
        <Details schedule={schedule} onChange={changed} />
      ) : error === null ? (
        <Loading lines={6} label="Loading the schedule" />
      ) : (
        <ErrorState error={error} retry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function Details({ schedule, onChange }: { schedule: Schedule; onChange: () => void }) {
  const maySend = useMay(Role.SENDER);
  const [asking, setAsking] = useState(false);
  const over = schedule.cancelled || schedule.nextAt === undefined;
  return (
    <Stack gap={5}>
      <Stack gap={2}>
        <Row>
          {schedule.cancelled ? (
            <Badge>Cancelled</Badge>
          ) : over ? (
            <Badge>Over</Badge>
          ) : (
            <Badge tone="accent">To come</Badge>
          )}
          <Badge>{laneWords[schedule.lane].label} lane</Badge>
        </Row>
        <p className={styles.words}>{scheduleWords(schedule)}.</p>
        <p className="muted">
          It goes to {audienceWords(schedule)}, frozen each time it fires. An occurrence that is missed
          {schedule.missedPolicy === MissedPolicy.SKIP ? " is skipped." : " fires late, once."} It has fired{" "}
          {plural(schedule.fired, "time")}.
        </p>
        {schedule.content?.customMessage ? (
          <blockquote className={styles.message}>{schedule.content.customMessage}</blockquote>
        ) : null}
      </Stack>
      {over ? null : <NextOnes scheduleId={schedule.id} />}
      {over ? null : maySend ? (
        <Row>
          <Button look="danger" onClick={() => setAsking(true)}>
            Cancel the schedule…
          </Button>
        </Row>
      ) : (
        <p className="muted">Senders and admins of the agency may cancel it.</p>
      )}
      {asking ? (
        <CancelScheduleDialog schedule={schedule} onClose={() => setAsking(false)} onChange={onChange} />
      ) : null}
    </Stack>
  );
}

function NextOnes({ scheduleId }: { scheduleId: string }) {
  const span = useMemo(() => {
    const now = Date.now();
    return { from: timestampFromMs(now), until: timestampFromMs(now + aheadMs) };
  }, []);
  const { data, error } = useQuery(ScheduleService.method.listOccurrences, {
    ...span,
    scheduleId,
    limit: shownOccurrences,
  });
  return (
    <section className={styles.next}>
      <h3>Next</h3>
      <ErrorNote error={error} />
      {data === undefined ? null : data.occurrences.length === 0 ? (
        <p className="muted">None within a year.</p>
      ) : (
        <ol>
          {data.occurrences.map(({ at }) => (
            <li key={String(at?.seconds)}>
              <Time at={at} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function audienceWords({ audience }: Schedule): string {
  switch (audience?.of.case) {
    case "customers":
      return plural(audience.of.value.ids.length, "chosen customer");
    case "listId":
      return "everybody on a list";
    default:
      return "every customer that its filter fits";
  }
}

function CancelScheduleDialog({
  schedule,
  onClose,
  onChange,
}: {
  schedule: Schedule;
  onClose: () => void;
  onChange: () => void;
}) {
  const { mutate, isPending, error } = useMutation(ScheduleService.method.cancelSchedule, {
    onSuccess: () => {
      toast(`“${schedule.name}” fires no more.`);
      onChange();
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Cancel this schedule?"
      lead="No further occurrence fires. Blasts that it has caused are not touched. It cannot be resumed; make a new one instead."
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="danger" busy={isPending} onClick={() => mutate({ scheduleId: schedule.id })}>
            Cancel the schedule
          </Button>
        </>
      }
    >
      <ErrorNote error={error} />
    </Dialog>
  );
}

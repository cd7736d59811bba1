import { timestampDate } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { ScheduleService } from "#gen/fanfare/api/v1/schedule_pb.js";
import { problemOf } from "../../connect/problem.ts";
import { useDebounced } from "../../format/use-debounced.ts";
import styles from "./when-card.module.css";

const restMs = 300;

/** The times at which it would leave, as the API reckons them: with daylight saving, and by the rule's every word. */
export function Occurrences({
  localStart,
  rrule,
  zone,
}: {
  localStart: string;
  rrule: string;
  zone: string;
}) {
  const asked = useDebounced({ localStart, rrule }, restMs);
  const { data, error } = useQuery(ScheduleService.method.previewSchedule, asked, {
    enabled: asked.localStart !== "",
    placeholderData: keepPreviousData,
  });
  if (asked.localStart === "") return <p className="muted">Choose a day and a time.</p>;
  if (error !== null) {
    const { message, hint } = problemOf(error);
    return (
      <p role="alert" className="muted">
        {message} {hint}
      </p>
    );
  }
  if (data === undefined) return null;
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "full", timeStyle: "short" });
  return (
    <div role="status">
      <p className="muted">{rrule === "" ? "It leaves on" : "The next times"}</p>
      <ol className={styles.upcoming}>
        {data.upcoming.map((at) => (
          <li key={String(at.seconds)}>{day.format(timestampDate(at))}</li>
        ))}
      </ol>
    </div>
  );
}

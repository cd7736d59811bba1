import { useZone } from "../../format/time.tsx";
import { Card } from "../../ui/card.tsx";
import { TextField } from "../../ui/field.tsx";
import { Stack } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import type { Draft, WhenChoice } from "./draft.ts";
import { Occurrences } from "./occurrences.tsx";
import { rruleOf, usualRhythm } from "./rhythm.ts";
import { RhythmFields } from "./rhythm-fields.tsx";
import type { ChangeDraft } from "./send-page.tsx";
import styles from "./when-card.module.css";

const kinds = [
  { key: "now", label: "Now" },
  { key: "later", label: "Later" },
  { key: "recurring", label: "On a rhythm" },
] as const;

/** When it leaves: now, later, or again and again, by the agency's clock. */
export function WhenCard({ draft, change }: { draft: Draft; change: ChangeDraft }) {
  const zone = useZone();
  const { when } = draft;
  const choose = (next: WhenChoice) => change({ when: next });
  return (
    <Card title="When">
      <Stack gap={4}>
        <Segmented
          label="When it leaves"
          value={when.kind}
          choices={kinds}
          onChange={(kind) => (kind === when.kind ? undefined : choose(begin(kind, when, zone)))}
        />
        {when.kind === "now" ? null : (
          <>
            {when.kind === "recurring" ? <RhythmFields when={when} zone={zone} onChange={choose} /> : null}
            <div className={styles.fields}>
              <TextField
                label={when.kind === "later" ? "Day" : "Beginning"}
                type="date"
                value={when.localStart.slice(0, 10)}
                onChange={(event) =>
                  choose({ ...when, localStart: joined(event.target.value, when.localStart.slice(11)) })
                }
              />
              <TextField
                label={`Time in ${zone.replaceAll("_", " ")}`}
                type="time"
                value={when.localStart.slice(11, 16)}
                onChange={(event) =>
                  choose({ ...when, localStart: joined(when.localStart.slice(0, 10), event.target.value) })
                }
              />
            </div>
            <Occurrences
              localStart={when.localStart}
              rrule={when.kind === "recurring" ? rruleOf(when.rhythm) : ""}
              zone={zone}
            />
          </>
        )}
      </Stack>
    </Card>
  );
}

const joined = (day: string, time: string): string =>
  day === "" || time === "" ? "" : `${day}T${time.slice(0, 5)}`;

function begin(kind: WhenChoice["kind"], before: WhenChoice, zone: string): WhenChoice {
  const localStart = before.kind === "now" ? tomorrowAtNine(zone) : before.localStart;
  if (kind === "now") return { kind };
  if (kind === "later") return { kind, localStart };
  return { kind, localStart, rhythm: usualRhythm };
}

const dayMs = 86_400_000;

/** Tomorrow by the agency's calendar, in the morning. */
function tomorrowAtNine(zone: string): string {
  const parts = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return `${new Intl.DateTimeFormat("en-CA", parts).format(new Date(Date.now() + dayMs))}T09:00`;
}

import { useQuery } from "@connectrpc/connect-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { type DeadLetter, QueueService } from "#gen/fanfare/api/v1/queue_pb.js";
import { queryClient } from "../../../connect/query-client.ts";
import { plural } from "../../../format/numbers.ts";
import { Time } from "../../../format/time.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { Drawer } from "../../../ui/drawer.tsx";
import { Row, Stack } from "../../../ui/page.tsx";
import { ErrorState, Loading } from "../../../ui/states.tsx";
import { Timeline, type TimelineEntry } from "../../../ui/timeline.tsx";
import { useAgencies } from "../use-agencies.ts";
import styles from "./dead-letter-drawer.module.css";
import { deadReason } from "./reason-words.ts";
import { RequeueDialog } from "./requeue-dialog.tsx";

// Enough to recognise what it is; the API has the whole.
const maxHexBytes = 512;

/** One dead letter under its own address: why, its body and headers, what happened to it, and the way back. */
export function DeadLetterDrawer() {
  const { deadLetterId } = useParams({ from: "/shell/control/errors/$deadLetterId" });
  const search = useSearch({ from: "/shell/control/errors" });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(QueueService.method.getDeadLetter, { id: deadLetterId });
  const [asking, setAsking] = useState(false);
  const letter = data?.deadLetter;
  const close = () => void navigate({ to: "/control/errors", search, resetScroll: false });
  return (
    <>
      <Drawer title={letter === undefined ? "Dead letter" : deadReason(letter.reason).label} onClose={close}>
        {letter !== undefined ? (
          <Letter letter={letter} onPutBack={() => setAsking(true)} />
        ) : error === null ? (
          <Loading lines={8} label="Loading the dead letter" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )}
      </Drawer>
      {asking ? (
        <RequeueDialog
          choice={{ ids: [deadLetterId] }}
          what="this dead letter"
          onClose={() => setAsking(false)}
          onChange={() => {
            void refetch();
            void queryClient.invalidateQueries();
          }}
        />
      ) : null}
    </>
  );
}

function Letter({ letter, onPutBack }: { letter: DeadLetter; onPutBack: () => void }) {
  const { nameOf } = useAgencies();
  const { meaning, tone, label } = deadReason(letter.reason);
  return (
    <>
      <Stack gap={3}>
        <Row gap={2}>
          <Badge tone={tone}>{label}</Badge>
          {letter.requeuedAt === undefined ? null : <Badge tone="good">Put back</Badge>}
        </Row>
        <p className={styles.detail}>{letter.detail || meaning}</p>
        {letter.detail === "" ? null : <p className="muted">{meaning}</p>}
        {letter.requeuedAt === undefined ? (
          <Row>
            <Button look="primary" icon={<RotateCcw size={16} />} onClick={onPutBack}>
              Put back on the queue
            </Button>
          </Row>
        ) : null}
      </Stack>
      <section className={styles.part}>
        <h3>History</h3>
        <Timeline label="What happened to it" entries={historyOf(letter)} />
      </section>
      <section className={styles.part}>
        <h3>Body</h3>
        <p className="muted">
          <code>{letter.messageType}</code>
        </p>
        <Body letter={letter} />
      </section>
      <section className={styles.part}>
        <h3>Where it was</h3>
        <Pairs
          pairs={[
            ["Agency", letter.agencyId === "" ? "The subject names none" : nameOf(letter.agencyId)],
            ["Subject", letter.subject],
            ["Stream", letter.stream],
            ["Id", letter.id],
          ]}
        />
      </section>
      <section className={styles.part}>
        <h3>Headers</h3>
        <Pairs pairs={Object.entries(letter.headers).toSorted(([a], [b]) => a.localeCompare(b))} />
      </section>
    </>
  );
}

function historyOf(letter: DeadLetter): TimelineEntry[] {
  return [
    {
      key: "tried",
      title: `Handed out ${plural(letter.deliveries, "time")}`,
      time: null,
      children: <p className="muted">Handling it failed {plural(letter.failures, "time")}.</p>,
    },
    {
      key: "buried",
      title: "Given up, and kept whole",
      tone: "bad",
      time: <Time at={letter.at} style="second" />,
    },
    ...(letter.requeuedAt === undefined
      ? []
      : [
          {
            key: "back",
            title: "Put back on the queue",
            tone: "good" as const,
            time: <Time at={letter.requeuedAt} style="second" />,
          },
        ]),
  ];
}

function Body({ letter: { bodyJson, body } }: { letter: DeadLetter }) {
  if (bodyJson !== "")
    return (
      <pre className={styles.body} tabIndex={0}>
        {pretty(bodyJson)}
      </pre>
    );
  if (body.length === 0) return <p className="muted">It is empty.</p>;
  return (
    <>
      <p className="muted">
        It cannot be decoded. Its {plural(body.length, "byte")}
        {body.length > maxHexBytes ? `, the first ${maxHexBytes}` : ""}:
      </p>
      <pre className={styles.body} tabIndex={0}>
        {hex(body.slice(0, maxHexBytes))}
      </pre>
    </>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

function Pairs({ pairs }: { pairs: readonly (readonly [string, string])[] }) {
  if (pairs.length === 0) return <p className="muted">None.</p>;
  return (
    <dl className={styles.pairs}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{value}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

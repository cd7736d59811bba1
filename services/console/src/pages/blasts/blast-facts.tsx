import { timestampMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { Link } from "@tanstack/react-router";
import { FileText } from "lucide-react";
import type { ReactNode } from "react";
import type { Blast } from "#gen/fanfare/api/v1/blast_pb.js";
import { TemplateService } from "#gen/fanfare/api/v1/template_pb.js";
import { duration } from "../../format/numbers.ts";
import { Time } from "../../format/time.tsx";
import styles from "./blast-facts.module.css";
import { doubtWords, laneWords } from "./lanes.ts";

/** What the blast is: template, lane, who asked for it, and its times. */
export function BlastFacts({ blast }: { blast: Blast }) {
  return (
    <dl className={styles.facts}>
      <Fact label="Template">
        <TemplateName id={blast.templateId} version={blast.templateVersion} />
      </Fact>
      <Fact label="Lane">{laneWords[blast.lane].label}</Fact>
      <Fact label="When in doubt">{doubtWords[blast.doubtPolicy].label}</Fact>
      {blast.requestedBy === "" ? null : <Fact label="Asked for by">{blast.requestedBy}</Fact>}
      {blast.scheduleId === "" ? null : (
        <Fact label="Schedule">
          <Link to="/calendar">Occurrence {blast.occurrence.replace(/\[.*\]$/, "").replace("T", ", ")}</Link>
        </Fact>
      )}
      <Fact label="Accepted">
        <Time at={blast.acceptedAt} style="second" />
      </Fact>
      <Fact label="Ended">
        <Took blast={blast} />
      </Fact>
      {blast.customMessage === "" ? null : (
        <Fact label="Custom message">
          <span className={styles.message}>{blast.customMessage}</span>
        </Fact>
      )}
      <ReportLink url={blast.reportUrl} />
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TemplateName({ id, version }: { id: string; version: number }) {
  const { data } = useQuery(TemplateService.method.getTemplate, { templateId: id, version });
  return (
    <>
      {data?.template?.name ?? "…"} <span className="muted">version {version}</span>
    </>
  );
}

/** A browser follows no link from a page to a file, so a report on the operator's disk is only named. */
function ReportLink({ url }: { url: string }) {
  if (url === "") return null;
  return (
    <Fact label="Report">
      {/^https?:/.test(url) ? (
        <a href={url} target="_blank" rel="noreferrer">
          <FileText size={14} aria-hidden="true" /> Open the report
        </a>
      ) : (
        <code>{url.replace(/^file:\/\//, "")}</code>
      )}
    </Fact>
  );
}

/** When it ended and how long it took. */
function Took({ blast }: { blast: Blast }) {
  const { startedAt, completedAt } = blast;
  if (completedAt === undefined) return <Time at={undefined} />;
  const seconds =
    startedAt === undefined ? undefined : (timestampMs(completedAt) - timestampMs(startedAt)) / 1000;
  return (
    <>
      <Time at={completedAt} style="second" />
      {seconds === undefined ? null : <span className="muted"> after {duration(Math.max(0, seconds))}</span>}
    </>
  );
}

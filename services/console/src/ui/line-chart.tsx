import { useEffect, useRef, useState } from "react";
import styles from "./line-chart.module.css";
import { readTheme, useThemeChange } from "./theme-colours.ts";

/** The tones a line may have; the same as everywhere else. */
export type LineTone = "accent" | "good" | "warn" | "bad" | "info";

/** One line: its values at the times of the chart; null is "nothing known". */
export type Line = {
  label: string;
  tone: LineTone;
  values: readonly (number | null)[];
  /** Filled below, for quantities; bars for counts a bucket. */
  shape?: "line" | "area" | "bars";
};

/** What a chart shows. */
export type ChartData = {
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  lines: readonly Line[];
  /** IANA zone of the axis. */
  zone: string;
  /** Width of a bucket in seconds, where values are of buckets. */
  stepSeconds?: number;
};

/**
 * Lines over time on a canvas, with a legend and the value under the pointer. The plotting library arrives when the first chart is
 * shown. `label` says in a sentence what is to be seen, for those who do not see it.
 */
export function LineChart({
  label,
  data,
  height = 220,
}: {
  label: string;
  data: ChartData;
  /** In CSS pixels. */
  height?: number;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<{ update: (data: ChartData) => void; destroy: () => void }>(undefined);
  const [failed, setFailed] = useState(false);
  const themeAt = useThemeChange();
  const latest = useRef(data);
  latest.current = data;
  // The lines themselves rarely change; new values go into the plot that stands.
  const shape = data.lines.map((line) => `${line.label}:${line.tone}:${line.shape ?? "line"}`).join();
  useEffect(() => {
    let gone = false;
    import("./line-chart-plot.ts").then(
      ({ drawPlot }) => {
        if (gone || holder.current === null) return;
        plot.current = drawPlot(holder.current, latest.current, height, readTheme(holder.current));
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape, height, themeAt]);
  useEffect(() => plot.current?.update(data), [data]);
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.legend}>
        {data.lines.map((line) => (
          <span key={line.label} className={styles.key}>
            <span
              className={styles.swatch}
              style={{ background: `var(--${line.tone})` }}
              aria-hidden="true"
            />
            {line.label}
          </span>
        ))}
      </figcaption>
      {failed ? <p className="muted">The chart could not be loaded. Reload the page to see it.</p> : null}
      <div
        ref={holder}
        role="img"
        aria-label={label}
        className={styles.plot}
        style={{ minHeight: failed ? 0 : height }}
      />
    </figure>
  );
}

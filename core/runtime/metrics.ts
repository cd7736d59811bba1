import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

type Description = { name: string; help: string; labelNames?: readonly string[] };

/** One registry of a program. Asking twice for the same name gives the same metric. */
export type Metrics = {
  registry: Registry;
  contentType: string;
  counter(description: Description): Counter;
  gauge(description: Description & { collect?: () => void }): Gauge;
  histogram(description: Description & { buckets: number[] }): Histogram;
  /** The text that Prometheus scrapes. */
  render(): Promise<string>;
};

/** An empty registry. `process: true` adds CPU, memory and event-loop metrics, which start timers of their own. */
export function createMetrics(options: { process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  const known = <M>(name: string, make: () => M): M =>
    (registry.getSingleMetric(name) as M | undefined) ?? make();
  return {
    registry,
    contentType: registry.contentType,
    counter: ({ name, help, labelNames = [] }) =>
      known(name, () => new Counter({ name, help, labelNames, registers: [registry] })),
    gauge: ({ name, help, labelNames = [], collect }) =>
      known(
        name,
        () => new Gauge({ name, help, labelNames, registers: [registry], ...(collect ? { collect } : {}) }),
      ),
    histogram: ({ name, help, labelNames = [], buckets }) =>
      known(name, () => new Histogram({ name, help, labelNames, buckets, registers: [registry] })),
    render: () => registry.metrics(),
  };
}

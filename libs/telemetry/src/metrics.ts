import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface MetricOptions<Label extends string> {
  /** Without the `atsume_` in front. Prometheus style: a unit at the end (`_seconds`, `_bytes`, `_total`). */
  name: string;
  help: string;
  labels?: readonly Label[];
}

export interface GaugeOptions<Label extends string> extends MetricOptions<Label> {
  /** Sets the values when somebody asks for them. What it throws fails the whole answer: leave the values out instead. */
  collect?: (gauge: Gauge<Label>) => void | Promise<void>;
}

export interface HistogramOptions<Label extends string> extends MetricOptions<Label> {
  /** Upper bounds, in the unit of the metric. */
  buckets: readonly number[];
}

/**
 * The process's metrics. Each call registers a metric or gives back the one that has that name already, so that api and
 * dispatcher can live in one process. Labels must have few values: never an id.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string = string>(options: MetricOptions<Label>): Counter<Label> {
    return this.registered(
      options.name,
      (name) => new Counter({ ...metric(options), name, registers: [this.registry] }),
    );
  }

  gauge<Label extends string = string>(options: GaugeOptions<Label>): Gauge<Label> {
    const { collect } = options;
    return this.registered(options.name, (name) => {
      const gauge: Gauge<Label> = new Gauge({
        ...metric(options),
        ...(collect && { collect: () => collect(gauge) }),
        name,
        registers: [this.registry],
      });
      return gauge;
    });
  }

  histogram<Label extends string = string>(options: HistogramOptions<Label>): Histogram<Label> {
    const buckets = [...options.buckets];
    return this.registered(
      options.name,
      (name) => new Histogram({ ...metric(options), name, buckets, registers: [this.registry] }),
    );
  }

  /** Prometheus' text format. */
  render(): Promise<string> {
    return this.registry.metrics();
  }

  private registered<T>(shortName: string, create: (name: string) => T): T {
    const name = `atsume_${shortName}`;
    return (this.registry.getSingleMetric(name) as T | undefined) ?? create(name);
  }
}

function metric<Label extends string>({ help, labels }: MetricOptions<Label>): { help: string; labelNames: Label[] } {
  return { help, labelNames: [...(labels ?? [])] };
}

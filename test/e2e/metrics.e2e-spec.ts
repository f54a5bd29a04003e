import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anOrder } from '../factories/order.js';
import { type Collector, startCollector } from '../support/collector.js';
import { createEmptyDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { startSubscriber, type Subscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { aVendor, type Vendor } from '../support/vendor.js';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const readDoc = (path: string) => readFileSync(join(DOCS, path), 'utf8');

interface Dashboard {
  panels: { title: string; targets?: { expr: string; legendFormat?: string }[] }[];
  templating: { list: { name: string; type: string; definition?: string }[] };
}

/** The metrics that an expression, or a page, speaks of. */
function namesIn(expression: string): string[] {
  return [...expression.matchAll(/\b(?:atsume|process|nodejs)_\w+/g)].map(([name]) => name);
}

/** What Prometheus adds to every series. */
const ADDED = ['job', 'instance'];

/** The labels that an expression selects and groups by, and those that are shown of its result. */
function labelsIn(expression: string): string[] {
  const selected = [...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label);
  const grouped = [...expression.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)];
  const shown = [...expression.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label);
  return [...selected, ...grouped.flatMap(([, labels = '']) => labels.match(/\w+/g) ?? []), ...shown];
}

/** The values that an expression wants of our labels. */
function valuesIn(expression: string): string[] {
  return [...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)]
    .filter(([, label = '']) => !ADDED.includes(label))
    .flatMap(([, , values = '']) => values.split('|'));
}

describe('the metrics of a hub', () => {
  let databaseUrl: string;
  let subscriber: Subscriber;
  let collector: Collector;
  let hub: Hub;
  let vendor: Vendor;
  let text = '';

  beforeAll(async () => {
    databaseUrl = await createEmptyDatabaseUrl();
    subscriber = await startSubscriber();
    collector = await startCollector();
    hub = await startHub({ databaseUrl, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    vendor = await aVendor(hub.url, hub.apiKey);
    await vendor.call('POST', '/v1/webhooks/endpoints', {
      url: subscriber.url,
      category: 'ATS',
      eventTypes: ['record.new'],
    });
    const order = anOrder();
    await vendor.ats('POST', 'send_test', order);
    await vendor.ats('POST', 'send_test', order);
    await vendor.ats('POST', 'send_test', anOrder({ partner_test_id: 'unheard-of' }));
    // Through to the end of the trace: what is asked below has all happened by then.
    await until(() => collector.spans.some(({ name }) => name === 'deliver webhook'), { what: 'the delivery' });
    text = await until(async () => {
      const scraped = await (await fetch(`${hub.url}/metrics`)).text();
      return /trace_spans_total\{result="sent"\}/.test(scraped) ? scraped : null;
    });
  });
  afterAll(async () => {
    await hub.stop();
    await Promise.all([subscriber.close(), collector.close()]);
    await dropDatabase(databaseUrl);
  });

  const series = (pattern: RegExp) => text.split('\n').filter((line) => pattern.test(line));

  it('are those that the documentation lists, with type and labels', () => {
    const documented = [...readDoc('observability.md').matchAll(/^\| `(atsume_\w+)` +\| (\w+) +\| ([^|]*)\|/gm)].map(
      ([, name, type, labels = '']) => ({ name, type, labels: [...labels.matchAll(/\w+/g)].join(' ') }),
    );
    const exposed = [...text.matchAll(/^# TYPE (atsume_\w+) (\w+)$/gm)].map(([, name = '', type]) => {
      const [sample = ''] = series(new RegExp(`^${name}(_bucket)?\\{`));
      const labels = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le');
      return { name, type, labels: labels.join(' ') };
    });
    const sampled = exposed.filter(({ name }) => series(new RegExp(`^${name}(_bucket)?\\{\\w`)).length > 0);

    const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }) =>
      String(a.name).localeCompare(String(b.name));
    expect(documented.map(({ name, type }) => ({ name, type })).toSorted(byName)).toEqual(
      exposed.map(({ name, type }) => ({ name, type })).toSorted(byName),
    );
    for (const { name, labels } of sampled) {
      const said = documented
        .find((metric) => metric.name === name)
        ?.labels.split(' ')
        .toSorted();
      expect([name, said?.join(' ')]).toEqual([name, labels.split(' ').toSorted().join(' ')]);
    }
  });

  it('count orders by what became of them', () => {
    const counts = series(/^atsume_intake_duration_seconds_count/);

    expect(counts.toSorted()).toEqual([
      'atsume_intake_duration_seconds_count{connector="greenhouse",outcome="placed"} 1',
      'atsume_intake_duration_seconds_count{connector="greenhouse",outcome="repeated"} 1',
      'atsume_intake_duration_seconds_count{connector="greenhouse",outcome="unknown_package"} 1',
    ]);
  });

  it('count the delivery, its wait, and nothing in flight or due afterwards', () => {
    for (const line of [
      'atsume_delivery_attempts_total{kind="WEBHOOK",outcome="DELIVERED"} 1',
      'atsume_delivery_queue_wait_seconds_count{kind="WEBHOOK"} 1',
      'atsume_delivery_duration_seconds_count{kind="WEBHOOK"} 1',
      'atsume_delivery_in_flight{kind="WEBHOOK"} 0',
      'atsume_delivery_finish_batch_size_sum 1',
      'atsume_delivery_due{state="ready"} 0',
      'atsume_delivery_waiting 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('have every name that the dashboard asks for', () => {
    const { panels, templating } = JSON.parse(readDoc('grafana/atsume.json')) as Dashboard;
    const expressions = [
      ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...templating.list.flatMap(({ definition = '' }) => definition),
    ];
    const names = new Set(expressions.flatMap(namesIn));

    // No ATS was called: these exist and have counted nothing yet.
    const uncounted = [...names].filter((name) => series(new RegExp(`^${name}[ {]`)).length === 0);
    const types = series(/^# TYPE atsume_upstream_/).join('\n');
    expect(names.size).toBeGreaterThan(20);
    expect(uncounted.filter((name) => !types.includes(name.replace(/_(bucket|count|sum)$/, ' ').trim()))).toEqual([]);
  });

  it('have every name that the alerts and the page ask for', () => {
    const asked = `${readDoc('prometheus/alerts.yml')}\n${readDoc('observability.md')}`;
    const types = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);

    const missing = namesIn(asked).filter((name) => !types.includes(name.replace(/_(bucket|count|sum)$/, '')));

    expect(missing).toEqual([]);
  });

  it('have every label, and know every value, that the dashboard and the alerts ask for', () => {
    const { panels } = JSON.parse(readDoc('grafana/atsume.json')) as Dashboard;
    const page = readDoc('observability.md');
    const documented = new Map(
      [...page.matchAll(/^\| `(\w+)` +\| \w+ +\| ([^|]*)\|/gm)].map(([, name, labels = '']) => [
        name,
        labels.match(/\w+/g),
      ]),
    );
    const labelsOf = (name: string): string[] => [
      ...(documented.get(name.replace(/_(bucket|count|sum)$/, '')) ?? []),
      ...(name.endsWith('_bucket') ? ['le'] : []),
    ];
    const asked = [
      ...panels.flatMap(({ targets = [] }) => targets.map(({ expr, legendFormat = '' }) => `${expr} ${legendFormat}`)),
      ...readDoc('prometheus/alerts.yml').split('- alert: ').slice(1),
    ];

    const wrong = asked.flatMap((expression) => {
      const known = [...ADDED, ...namesIn(expression).flatMap(labelsOf)];
      return [
        ...labelsIn(expression).filter((label) => !known.includes(label)),
        ...valuesIn(expression).filter((value) => !page.includes(`\`${value}\``)),
      ].map((word) => `${word} in ${expression}`);
    });

    expect(asked.length).toBeGreaterThan(30);
    expect(wrong).toEqual([]);
  });

  it('are each in a panel of the dashboard, or deliberately not', () => {
    const left = ['atsume_partner_reports_total', 'atsume_delivery_due_endpoints'];
    const dashboard = readDoc('grafana/atsume.json');
    const types = [...text.matchAll(/^# TYPE (atsume_\w+) /gm)].map(([, name = '']) => name);

    expect(types.filter((name) => !dashboard.includes(name)).toSorted()).toEqual(left.toSorted());
  });
});

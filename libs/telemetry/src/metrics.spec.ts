import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('metrics', () => {
  it('are counted under our name and rendered as text', async () => {
    const metrics = new Metrics();

    metrics.counter({ name: 'orders_total', help: 'Orders', labels: ['result'] }).inc({ result: 'ok' }, 2);
    metrics.histogram({ name: 'wait_seconds', help: 'Wait', buckets: [1, 2] }).observe(1.5);
    metrics.gauge({ name: 'open', help: 'Open' }).set(3);

    const text = await metrics.render();
    expect(text).toContain('atsume_orders_total{result="ok"} 2');
    expect(text).toContain('atsume_wait_seconds_bucket{le="2"} 1');
    expect(text).toContain('atsume_open 3');
  });

  it('of one name are one metric, whoever asks', async () => {
    const metrics = new Metrics();

    for (let at = 0; at < 2; at++) metrics.counter({ name: 'twice_total', help: 'Twice' }).inc();

    expect(await metrics.render()).toContain('atsume_twice_total 2');
  });

  it('may be read only when somebody asks', async () => {
    const metrics = new Metrics();
    let asked = 0;
    metrics.gauge({ name: 'asked', help: 'Asked', collect: (gauge) => gauge.set(++asked) });
    metrics.gauge({ name: 'unknown', help: 'Unknown', collect: async (gauge) => gauge.remove() });

    await metrics.render();
    const text = await metrics.render();

    expect(text).toContain('atsume_asked 2');
    expect(text).not.toMatch(/^atsume_unknown /m);
  });

  it('tell about the process too', async () => {
    expect(await new Metrics().render()).toContain('process_cpu_seconds_total');
  });
});

import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { NestLog } from './nest-log.js';

function capture(level: 'debug' | 'info' = 'info') {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { lines, log: createLogger({ name: 'test', level, stream }) };
}

describe('a log line', () => {
  it('is JSON with process, level, time and text', () => {
    const { lines, log } = capture();

    log.info({ requestId: 'req_1' }, 'hello');

    expect(lines).toEqual([
      expect.objectContaining({
        name: 'test',
        level: 'info',
        requestId: 'req_1',
        msg: 'hello',
        time: expect.stringMatching(/Z$/),
      }),
    ]);
  });

  it('loses secrets and people when somebody logs a whole object', () => {
    const { lines, log } = capture();

    log.info({ secretKey: 'a', order: { candidate: { firstName: 'Jane' }, headers: { authorization: 'b' } } }, 'oops');

    expect(JSON.stringify(lines)).not.toMatch(/Jane|"a"|"b"/);
  });

  it('describes an error instead of dumping it', () => {
    const { lines, log } = capture();

    log.error({ err: Object.assign(new Error('x'), { body: 'Jane' }) }, 'failed');

    expect(lines[0]).toMatchObject({ err: { type: 'Error', message: 'x' } });
    expect(JSON.stringify(lines)).not.toContain('Jane');
  });
});

describe('Nest’s own log', () => {
  it('goes through ours, and its account of the start is only for debugging', () => {
    const { lines, log } = capture();
    const nest = new NestLog(log);

    nest.log('Mapped {/v1, GET} route', 'RouterExplorer');
    nest.log('started', 'Sweeper');
    nest.error(new Error('boom'), 'stack', 'ExceptionsHandler');
    nest.warn('careful atsm_abcdef', 'X');

    expect(lines).toMatchObject([
      { level: 'info', context: 'Sweeper', msg: 'started' },
      { level: 'error', context: 'ExceptionsHandler', err: { message: 'boom' } },
      { level: 'warn', msg: 'careful [redacted]' },
    ]);
  });
});

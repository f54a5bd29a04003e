import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiProperty, ApiTags } from '@nestjs/swagger';
import { QueueHealth } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { ApiProblem, Public } from '#libs/http';
import { Database } from '#libs/store';
import { Metrics } from '#libs/telemetry';

const PATIENCE_MS = 2_000;
const METRICS_EXAMPLE = [
  '# HELP atsume_http_request_duration_seconds Time from the first byte of a request to the end of its reply',
  '# TYPE atsume_http_request_duration_seconds histogram',
  'atsume_http_request_duration_seconds_count{route="/v1/events",method="GET",status="200"} 42',
].join('\n');

class HealthDto {
  @ApiProperty({ example: 'ok' })
  status!: string;
}

/** What orchestrators and Prometheus ask. */
@ApiTags('Process')
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly queue: QueueHealth,
    private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiOkResponse({ description: 'It is.', type: HealthDto })
  health(): HealthDto {
    return { status: 'ok' };
  }

  @Get('readyz')
  @ApiOperation({ summary: 'Do the database and the queue answer?' })
  @ApiOkResponse({ description: 'Both do.', type: HealthDto })
  @ApiProblem('unavailable')
  async ready(): Promise<HealthDto> {
    const [database, queue] = await Promise.all([
      answers(() => this.database.query('SELECT 1')),
      answers(() => this.queue.check()),
    ]);
    const silent = [...(database ? [] : ['database']), ...(queue ? [] : ['queue'])];
    if (silent.length > 0) {
      throw new HubError('unavailable', {
        detail: `No answer from the ${silent.join(' and the ')}.`,
        errors: silent.map((path) => ({ path, message: 'does not answer' })),
        retryAfterSeconds: 1,
      });
    }
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({ summary: 'Metrics for Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({
    description: "Prometheus' text format",
    content: { 'text/plain': { schema: { type: 'string' }, example: METRICS_EXAMPLE } },
  })
  render(): Promise<string> {
    return this.metrics.render();
  }
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  const answered = ask().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { connect } from 'node:net';
import {
  Body,
  type CanActivate,
  Controller,
  Delete,
  type ExecutionContext,
  Get,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { type Config, readConfig } from '#libs/config';
import { HubError } from '#libs/errors';
import {
  AccountId,
  HttpModule,
  IdString,
  IntegrationHeader,
  Int,
  JsonObject,
  Name,
  NestedList,
  Num,
  OneOf,
  PageQueryDto,
  Public,
  QueryFlag,
  TouchesAts,
  configureHttp,
  createHttpAdapter,
} from '#libs/http';
import { PlatformModule } from '#libs/platform';
import { Database, decodeCursor } from '#libs/store';
import { LOGGER, Metrics } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';

class TraitDto {
  @Name()
  name!: string;

  @Num({ optional: true, nullable: true })
  score?: number | null;
}

export class ThingDto {
  @IdString()
  id!: string;

  @Int({ min: 0, max: 10, optional: true })
  size?: number;

  @OneOf(['RED', 'BLUE'], { optional: true })
  colour?: string;

  @JsonObject({ optional: true, nullable: true })
  metaData?: Record<string, unknown> | null;

  @NestedList(() => TraitDto, { max: 3, optional: true })
  traits?: TraitDto[];
}

class ThingQueryDto extends PageQueryDto {
  @QueryFlag({ optional: true })
  deep?: boolean;
}

/** What the handlers did, for tests to look at. */
export const seen = { runs: 0, logs: [] as string[], release: () => {} };

@Controller('v1/things')
class ThingsController {
  constructor(private readonly database: Database) {}

  @Post()
  create(@AccountId() accountId: string, @Body() body: ThingDto) {
    seen.runs += 1;
    return { accountId, run: seen.runs, body };
  }

  @Get()
  list(@Query() query: ThingQueryDto, @IntegrationHeader() integrationId: string | null) {
    decodeCursor(query.cursor, 1);
    return { limit: query.limit, deep: query.deep ?? null, integrationId };
  }

  @Get(':id')
  async get(@Param('id') id: string, @Query() _: unknown) {
    const [row] = await this.database.query<{ id: string }>('SELECT $1::text AS id', [id]);
    return row;
  }

  @Delete(':id')
  @HttpCode(204)
  remove(): void {
    seen.runs += 1;
  }

  @Post('refuse')
  refuse(@Body() _: unknown) {
    seen.runs += 1;
    throw new HubError('state_conflict', { detail: `refusal ${seen.runs}` });
  }

  @Post('crash')
  crash(@Body() _: unknown) {
    seen.runs += 1;
    throw new Error('a secret atsm_abcdefghijklmnop and jane@example.com');
  }

  @Post('wait')
  wait(@Body() _: unknown) {
    seen.runs += 1;
    return new Promise<{ run: number }>((resolve) => {
      seen.release = () => resolve({ run: seen.runs });
    });
  }

  @Post('ats')
  @TouchesAts()
  ats(@Body() _: unknown) {
    seen.runs += 1;
    return { run: seen.runs };
  }

  @Post('store')
  store() {
    return this.database.query('SELECT $1::text', ['\0']);
  }

  @Post('away')
  away() {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }
}

@Public()
@Controller('open')
class OpenController {
  @Get()
  open() {
    return { ok: true };
  }
}

/** Stands in for the real guard: whoever calls `/v1` is the account in `x-account`. */
@Injectable()
class TestGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const accountId = request.headers['x-account'];
    if (typeof accountId === 'string' && request.url.startsWith('/v1/'))
      request.caller = { accountId, apiKeyId: `key_${accountId}`, scopes: [] };
    return true;
  }
}

@Module({
  imports: [HttpModule],
  controllers: [ThingsController, OpenController],
  providers: [{ provide: APP_GUARD, useClass: TestGuard }],
})
class ThingsModule {}

export interface HttpApp {
  url: string;
  app: NestFastifyApplication;
  /** Sends JSON text (or bytes) to a path as account `acc_one`, and gives back status, headers and parsed body. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Writes text to a socket of its own and gives back all that comes before it closes. */
  raw(text: string | Buffer): Promise<string>;
  close(): Promise<void>;
}

export interface SendOptions {
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { errors?: { path: string; message: string }[]; code?: string };
}

/** The whole of libs/http over a real database and a few small controllers, listening on a free port. */
export async function startHttpApp(databaseUrl: string, env: Record<string, string> = {}): Promise<HttpApp> {
  const config = testConfig(databaseUrl, env);
  const logStream = { write: (line: string) => void seen.logs.push(line) };
  const root = {
    module: RootModule,
    imports: [PlatformModule.forRoot(config, { name: 'test', logStream }), ThingsModule],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, createHttpAdapter(config), {
    bodyParser: false,
    logger: false,
  });
  await configureHttp(app.getHttpAdapter().getInstance(), app.get<Logger>(LOGGER), app.get(Metrics));
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    app,
    send: (method, path, options = {}) => send(url + path, method, options),
    raw: (text) => raw(port, text),
    close: () => app.close(),
  };
}

@Module({})
class RootModule {}

/** A config over a database, with a key ring that every test shares. */
export function testConfig(databaseUrl: string, env: Record<string, string> = {}): Config {
  return readConfig(
    {
      DATABASE_URL: databaseUrl,
      ATSUME_ENCRYPTION_KEY: `test:${Buffer.alloc(32, 7).toString('base64')}`,
      ...env,
    },
    false,
  );
}

async function send(url: string, method: string, { body, headers }: SendOptions): Promise<Answer> {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const reply = await fetch(url, { method, body, headers: { 'x-account': 'acc_one', ...type, ...headers } });
  const text = await reply.text();
  return {
    status: reply.status,
    headers: reply.headers,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
  };
}

function raw(port: number, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('error', reject);
  });
}

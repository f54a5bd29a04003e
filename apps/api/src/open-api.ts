import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from '#libs/config';
import { ProblemDto } from '#libs/http';
import { addExamples } from './open-api-examples.js';
import { addCommonParts } from './open-api-operations.js';

const DESCRIPTION = `
A unified API for applicant tracking systems. Every reply carries \`X-Request-Id\`; every error is an RFC 9457 problem
document with a stable \`code\`. Lists are paged with \`limit\` and \`cursor\`. Writes take an \`Idempotency-Key\`: within
24 hours the same request again gets the first reply.
`.trim();

/** The OpenAPI 3.1 document of an application, generated from its controllers and completed with what all calls share. */
export function describeApi(app: NestFastifyApplication, config: Pick<Config, 'publicUrl'>): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Atsume')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    // First where the document came from: that is what a page may call under its content security policy.
    .addServer('/')
    .addServer(config.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key (`atsm_…`)' })
    .build();
  const document = SwaggerModule.createDocument(app, base, { extraModels: [ProblemDto] });
  addCommonParts(document);
  addExamples(document);
  return document;
}

/** Serves the document at `/openapi.json` and a page to read and try it at `/docs`. */
export function serveDocs(app: NestFastifyApplication, config: Pick<Config, 'publicUrl'>): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= describeApi(app, config)), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Atsume API',
  });
}

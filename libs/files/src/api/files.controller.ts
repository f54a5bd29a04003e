import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiProblem, Scopes } from '#libs/http';
import { attachment } from '../fetch/file-name.js';
import { FilesService } from './files.service.js';

@ApiTags('Files')
@ApiBearerAuth()
@Controller('v1/files')
export class FilesController {
  constructor(private readonly files: FilesService) {}

  @Get(':id')
  @Scopes(['assessments:read', 'ats:read'])
  // Whatever a file pretends to be, no browser runs it in our name.
  @Header('x-content-type-options', 'nosniff')
  @Header('content-security-policy', "sandbox; default-src 'none'")
  @ApiOperation({
    summary: 'Download a file',
    description:
      'A résumé as the ATS had it at the time of the order, or a file of a candidate; 409 while it is still being fetched.',
  })
  @ApiParam({ name: 'id', example: 'fil_0Mrh4K7dT1cQpJx2vLw8Zb' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' }, example: '%PDF-1.7 …' } },
  })
  @ApiProblem('not_found', 'conflict')
  async download(@AccountId() accountId: string, @Param('id') id: string): Promise<StreamableFile> {
    const { name, contentType, sizeBytes, content } = await this.files.open(accountId, id);
    return new StreamableFile(content, { type: contentType, disposition: attachment(name), length: sizeBytes });
  }
}

import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AccountId, Scopes } from '#libs/http';
import {
  CatalogueDto,
  ListPackagesDto,
  PackageDto,
  PackageInputDto,
  PackagePageDto,
  ReplacePackagesDto,
  UpdatePackageDto,
} from './packages.dto.js';
import { PackagesService } from './packages.service.js';

const ID = { name: 'id', description: "The vendor's own id of the package.", example: 'backend-l2' };

@ApiTags('Assessment packages')
@ApiBearerAuth()
@Controller('v1/ats/assessments/packages')
export class PackagesController {
  constructor(private readonly packages: PackagesService) {}

  @Put()
  @Scopes('assessments:write')
  @ApiOperation({
    summary: 'Replace the whole catalogue',
    description: 'What is absent becomes ARCHIVED: stages in an ATS that use it still work, it is listed no more.',
  })
  @ApiOkResponse({ type: CatalogueDto })
  replace(@AccountId() accountId: string, @Body() body: ReplacePackagesDto): Promise<CatalogueDto> {
    return this.packages.replace(accountId, body.packages);
  }

  @Get()
  @Scopes('assessments:read')
  @ApiOperation({ summary: 'List packages, newest first' })
  @ApiOkResponse({ type: PackagePageDto })
  list(@AccountId() accountId: string, @Query() query: ListPackagesDto): Promise<PackagePageDto> {
    return this.packages.list(accountId, query);
  }

  @Post()
  @Scopes('assessments:write')
  @ApiOperation({ summary: 'Add a package', description: 'An id that only an ARCHIVED package has is taken over.' })
  @ApiCreatedResponse({ type: PackageDto })
  create(@AccountId() accountId: string, @Body() body: PackageInputDto): Promise<PackageDto> {
    return this.packages.create(accountId, body);
  }

  @Get(':id')
  @Scopes('assessments:read')
  @ApiOperation({ summary: 'Read a package' })
  @ApiParam(ID)
  @ApiOkResponse({ type: PackageDto })
  get(@AccountId() accountId: string, @Param('id') id: string): Promise<PackageDto> {
    return this.packages.get(accountId, id);
  }

  @Patch(':id')
  @Scopes('assessments:write')
  @ApiOperation({ summary: 'Change a package' })
  @ApiParam(ID)
  @ApiOkResponse({ type: PackageDto })
  update(@AccountId() accountId: string, @Param('id') id: string, @Body() body: UpdatePackageDto): Promise<PackageDto> {
    return this.packages.update(accountId, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('assessments:write')
  @ApiOperation({ summary: 'Archive a package', description: 'Orders for it are still taken; it is listed no more.' })
  @ApiParam(ID)
  @ApiNoContentResponse()
  remove(@AccountId() accountId: string, @Param('id') id: string): Promise<void> {
    return this.packages.archive(accountId, id);
  }
}

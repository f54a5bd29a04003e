import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountId, Scopes } from '#libs/http';
import { AccountDto, CreateAccountDto, CreatedAccountDto, RenameAccountDto } from './accounts.dto.js';
import { AccountsService } from './accounts.service.js';

@ApiTags('Accounts')
@ApiBearerAuth()
@Controller('v1/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post()
  @Scopes('accounts:write')
  @ApiOperation({ summary: 'Make an account', description: 'Accounts see nothing of each other.' })
  @ApiCreatedResponse({ type: CreatedAccountDto })
  create(@Body() body: CreateAccountDto): Promise<CreatedAccountDto> {
    return this.accounts.create(body.name);
  }

  @Get('me')
  @Scopes()
  @ApiOperation({ summary: 'Read the account of the calling key', description: 'Any live key may.' })
  @ApiOkResponse({ type: AccountDto })
  get(@AccountId() accountId: string): Promise<AccountDto> {
    return this.accounts.get(accountId);
  }

  @Patch('me')
  @Scopes('api-keys:write')
  @ApiOperation({
    summary: 'Rename the account of the calling key',
    description: 'Customers read the name in the set-up e-mail of their secrets.',
  })
  @ApiOkResponse({ type: AccountDto })
  rename(@AccountId() accountId: string, @Body() body: RenameAccountDto): Promise<AccountDto> {
    return this.accounts.rename(accountId, body.name);
  }
}

import { ApiProperty } from '@nestjs/swagger';
import { Name } from '#libs/http';

export class CreateAccountDto {
  @Name({ example: 'Northwind Assessments' })
  name!: string;
}

export class RenameAccountDto {
  @Name({ description: 'What customers read in the set-up e-mail.', example: 'Northwind Assessments' })
  name!: string;
}

export class AccountDto {
  @ApiProperty({ example: 'acc_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ example: 'Northwind Assessments' })
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;
}

export class CreatedAccountDto {
  @ApiProperty({ example: 'acc_0Mrh4K7dT1cQpJx2vLw8Zb' })
  id!: string;

  @ApiProperty({ example: 'Northwind Assessments' })
  name!: string;

  @ApiProperty({
    description: 'The first key of the account, with every scope but `accounts:write`. Shown only here.',
    example: 'atsm_2vTq0mYpX8rJdKc4sLwZ1hNbE6gUfA9oVtRiPyQxM3k',
  })
  apiKey!: string;
}

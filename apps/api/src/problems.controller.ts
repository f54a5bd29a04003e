import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ERRORS, type ErrorCode, type Fault, HubError, type Retry } from '#libs/errors';
import { ApiProblem, Public } from '#libs/http';

class ProblemKindDto {
  @ApiProperty({ example: 'too_deep' })
  code!: string;

  @ApiProperty({ example: ERRORS.too_deep.status })
  status!: number;

  @ApiProperty({ description: 'Whose problem it is.', enum: ['caller', 'provider', 'hub'], example: 'caller' })
  fault!: Fault;

  @ApiProperty({
    description: 'Whether sending it again can help.',
    enum: ['never', 'later', 'after_change', 'after_reconnect'],
    example: 'never',
  })
  retry!: Retry;

  @ApiProperty({ example: ERRORS.too_deep.message })
  message!: string;
}

/** What the `type` of a problem document points to. */
@ApiTags('Process')
@Public()
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  @ApiOperation({ summary: 'Explain a kind of problem' })
  @ApiParam({ name: 'code', example: 'too_deep' })
  @ApiOkResponse({ type: ProblemKindDto })
  @ApiProblem('not_found')
  explain(@Param('code') code: string): ProblemKindDto {
    if (!Object.hasOwn(ERRORS, code)) throw new HubError('not_found');
    return { code, ...ERRORS[code as ErrorCode] };
  }
}

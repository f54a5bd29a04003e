import { ApiProperty } from '@nestjs/swagger';

export class CredentialFieldDto {
  @ApiProperty({ description: 'Its name in `credentials`.', example: 'apiKey' })
  name!: string;

  @ApiProperty({ example: 'API key' })
  label!: string;

  @ApiProperty({ enum: ['secret', 'text'], description: 'A secret is never shown again.', example: 'secret' })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Settings, then API, then Keys.' })
  hint!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'A regular expression the whole value matches.',
    example: null,
  })
  pattern!: string | null;

  @ApiProperty({ example: true })
  isRequired!: boolean;
}

export class ConnectMethodDto {
  @ApiProperty({ description: 'What `method` of the connect call says.', example: 'api-key' })
  id!: string;

  @ApiProperty({ enum: ['key', 'oauth2', 'clientCredentials'], example: 'key' })
  kind!: string;

  @ApiProperty({ example: 'Paste an API key' })
  label!: string;

  @ApiProperty({ description: 'The version of the API it speaks.', example: 'v3' })
  version!: string;

  @ApiProperty({ type: [String], description: 'How the customer gets what is asked for.', example: ['Open Settings.'] })
  steps!: string[];

  @ApiProperty({ type: [CredentialFieldDto], description: 'What `credentials` holds; empty for consent.' })
  fields!: CredentialFieldDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the customer should know at the consent screen.',
    example: null,
  })
  consentHint!: string | null;
}

export class DeclaredPermissionDto {
  @ApiProperty({ description: 'Its name in the API.', example: 'jobs' })
  permission!: string;

  @ApiProperty({ description: 'As the customer finds it in the ATS.', example: 'Jobs' })
  label!: string;

  @ApiProperty({ enum: ['read', 'write'], example: 'read' })
  access!: string;

  @ApiProperty({ type: [String], description: 'The OAuth scopes it stands for.', example: ['jobs:list'] })
  scopes!: string[];
}

export class DeclaredModelDto {
  @ApiProperty({ example: 'jobs' })
  model!: string;

  @ApiProperty({
    type: [String],
    description: 'The fields this ATS gives; others stay empty.',
    example: ['name', 'status'],
  })
  fields!: string[];

  @ApiProperty({
    type: [String],
    description: 'Filters of its list beyond those that all lists have.',
    example: ['status'],
  })
  filters!: string[];

  @ApiProperty({ description: 'A sync can ask for what changed, instead of for everything.', example: true })
  readsChanges!: boolean;

  @ApiProperty({ example: 'jobs' })
  permission!: string;
}

export class DeclaredChoiceDto {
  @ApiProperty({ example: 'visibility' })
  field!: string;

  @ApiProperty({ type: [String], nullable: true, description: 'The words it takes.', example: ['PUBLIC', 'PRIVATE'] })
  values!: string[] | null;

  @ApiProperty({ type: String, nullable: true, description: 'Or whose records it names.', example: null })
  model!: string | null;
}

export class DeclaredActionDto {
  @ApiProperty({ example: 'createNote' })
  action!: string;

  @ApiProperty({ type: [String], description: 'The fields of the input it takes.', example: ['body'] })
  takes!: string[];

  @ApiProperty({ type: [String], description: 'Those it cannot do without.', example: ['body'] })
  needs!: string[];

  @ApiProperty({ type: [DeclaredChoiceDto], description: 'Fields whose values are closed.' })
  choices!: DeclaredChoiceDto[];

  @ApiProperty({ enum: ['required', 'optional', 'unused'], example: 'optional' })
  onBehalfOf!: string;

  @ApiProperty({ type: [String], description: 'What else the ATS does then.', example: [] })
  effects!: string[];

  @ApiProperty({ example: 'notes:write' })
  permission!: string;
}

export class DeclaredVersionDto {
  @ApiProperty({ example: 'v3' })
  version!: string;

  @ApiProperty({ type: [DeclaredPermissionDto] })
  permissions!: DeclaredPermissionDto[];

  @ApiProperty({ type: [DeclaredModelDto] })
  models!: DeclaredModelDto[];

  @ApiProperty({ type: [DeclaredActionDto] })
  actions!: DeclaredActionDto[];
}

export class DeclaredWebhookEventDto {
  @ApiProperty({ description: 'The ATS’s name of it.', example: 'job_updated' })
  action!: string;

  @ApiProperty({ description: 'As the ATS’s own screen names it.', example: 'Job updated' })
  when!: string;
}

export class DeclaredWebhooksDto {
  @ApiProperty({ type: [DeclaredWebhookEventDto] })
  events!: DeclaredWebhookEventDto[];

  @ApiProperty({ description: 'The hub can switch them on itself; else a person does.', example: true })
  isSubscribable!: boolean;
}

export class ApiDeclarationDto {
  @ApiProperty({ type: [String], description: 'Where its servers are; the first is the default.', example: ['us'] })
  regions!: string[];

  @ApiProperty({ type: [ConnectMethodDto], description: 'Best first.' })
  connect!: ConnectMethodDto[];

  @ApiProperty({ type: [DeclaredVersionDto] })
  versions!: DeclaredVersionDto[];

  @ApiProperty({ type: DeclaredWebhooksDto, nullable: true, description: 'What it tells of; null: nothing.' })
  webhooks!: DeclaredWebhooksDto | null;
}

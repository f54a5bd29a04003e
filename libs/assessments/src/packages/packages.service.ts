import { Injectable } from '@nestjs/common';
import { type FieldError, HubError } from '#libs/errors';
import type { AssessmentPackage, Page } from '#libs/model';
import { Database, decodeCursor, encodeCursor } from '#libs/store';
import type { CatalogueDto, ListPackagesDto, PackageInputDto, UpdatePackageDto } from './packages.dto.js';
import { type PackageContent, PackagesRepository, type PackageRow } from './packages.repository.js';

/** The vendor's catalogue, the same for all its customers unless a package names some. */
@Injectable()
export class PackagesService {
  constructor(
    private readonly database: Database,
    private readonly packages: PackagesRepository,
  ) {}

  /** Makes the catalogue what is given, at once for everybody who reads it. */
  async replace(accountId: string, given: PackageInputDto[]): Promise<CatalogueDto> {
    refuseRepeatedIds(given);
    await this.refuseForeignIntegrations(accountId, given, (index) => `packages.${index}.integrationIds`);
    return this.database.transaction(async (tx) => {
      await this.packages.lockCatalogue(tx, accountId);
      const archived = await this.packages.archiveOthers(
        tx,
        accountId,
        given.map(({ id }) => id),
      );
      const rows = await this.packages.save(tx, accountId, given.map(toContent));
      const saved = new Map(rows.map((row) => [row.id, toPackage(row)]));
      return { packages: given.map(({ id }) => saved.get(id)!), archived };
    });
  }

  async list(accountId: string, { limit, cursor, status }: ListPackagesDto): Promise<Page<AssessmentPackage>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    const rows = await this.packages.findPage(accountId, status, { before: before ?? null, limit: limit + 1 });
    const page = rows.slice(0, limit);
    return {
      data: page.map(toPackage),
      nextCursor: rows.length > limit ? encodeCursor(page.at(-1)!.rowId) : null,
    };
  }

  async get(accountId: string, id: string): Promise<AssessmentPackage> {
    const row = await this.packages.find(accountId, id);
    if (!row) throw new HubError('not_found');
    return toPackage(row);
  }

  async create(accountId: string, given: PackageInputDto): Promise<AssessmentPackage> {
    await this.refuseForeignIntegrations(accountId, [given], () => 'integrationIds');
    const row = await this.packages.insert(accountId, toContent(given));
    if (!row) throw new HubError('conflict', { detail: 'There is a package with this id already.' });
    return toPackage(row);
  }

  async update(accountId: string, id: string, changes: UpdatePackageDto): Promise<AssessmentPackage> {
    await this.refuseForeignIntegrations(accountId, [changes], () => 'integrationIds');
    return this.database.transaction(async (tx) => {
      const row = await this.packages.lock(tx, accountId, id);
      if (!row) throw new HubError('not_found');
      const [saved] = await this.packages.save(tx, accountId, [toContent({ ...row, ...presentIn(changes) })]);
      return toPackage(saved!);
    });
  }

  async archive(accountId: string, id: string): Promise<void> {
    if (!(await this.packages.archive(accountId, id))) throw new HubError('not_found');
  }

  private async refuseForeignIntegrations(
    accountId: string,
    given: { integrationIds?: string[] | null }[],
    pathOf: (index: number) => string,
  ): Promise<void> {
    const named = [...new Set(given.flatMap(({ integrationIds }) => integrationIds ?? []))];
    if (named.length === 0) return;
    const known = await this.packages.findIntegrations(accountId, named);
    refuse(
      given.flatMap(({ integrationIds }, index) =>
        (integrationIds ?? []).flatMap((id, place) =>
          known.has(id)
            ? []
            : [{ path: `${pathOf(index)}.${place}`, message: 'is not an integration of this account' }],
        ),
      ),
    );
  }
}

/** A row as the API and connectors see it. */
export function toPackage(row: PackageRow): AssessmentPackage {
  return { ...toContent(row), createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

function toContent(given: PackageInputDto): PackageContent {
  return {
    id: given.id,
    name: given.name,
    description: given.description ?? null,
    type: given.type ?? null,
    status: given.status ?? 'ACTIVE',
    maxScore: given.maxScore ?? null,
    passScore: given.passScore ?? null,
    durationMinutes: given.durationMinutes ?? null,
    integrationIds: given.integrationIds ? [...new Set(given.integrationIds)] : null,
    metaData: given.metaData ?? null,
  };
}

function refuseRepeatedIds(given: PackageInputDto[]): void {
  const seen = new Map<string, number>();
  const errors: FieldError[] = [];
  for (const [index, { id }] of given.entries()) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    else errors.push({ path: `packages.${index}.id`, message: `is the same as packages.${first}.id` });
  }
  refuse(errors);
}

/** Without what was left out; of a status, null too. */
function presentIn({ status, ...changes }: UpdatePackageDto): Partial<PackageInputDto> {
  const present = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(present), ...(status ? { status } : {}) };
}

const MAX_ERRORS = 100;

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw new HubError('invalid_input', { errors: errors.slice(0, MAX_ERRORS) });
}

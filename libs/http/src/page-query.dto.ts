import { QueryInt, Text } from './fields.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 250;

/** The paging of every list. Lists with filters extend it. */
export class PageQueryDto {
  @QueryInt({
    min: 1,
    max: MAX_PAGE_SIZE,
    optional: true,
    description: 'Entries on a page; 50 by default.',
    example: 50,
  })
  limit: number = DEFAULT_PAGE_SIZE;

  @Text({
    max: 2000,
    optional: true,
    description: '`nextCursor` of the page before.',
    example: 'WyIyMDI2LTExLTIxVDA5OjMwOjAwLjAwMFoiXQ',
  })
  cursor?: string;
}

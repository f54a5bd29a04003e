/**
 * What no source settles about Harvest v3. Each is the choice most of them support; where a tenant turns out otherwise,
 * it is changed here and nowhere else.
 */
export const UNSETTLED = {
  /** `updated_at=gte|…` is the documented form; `updated_at[gte]=…` was seen working as well. */
  dateFilter: 'pipe' as 'pipe' | 'bracket',
  /** Date filters on offers were answered with 422. While false, every sync reads all offers and compares. */
  offersTakeDateFilters: false,
  /** Whether writing custom fields replaces all of them: seen, and not documented. While true they are read and merged first. */
  customFieldsReplace: true,
  /** Whether a move may name another job and a stage of it at once; the documentation is silent. */
  moveTakesJobAndStage: false,
  /** How often Greenhouse repeats a webhook that fails. Its screens allow up to 7; the API's range is not documented. */
  webhookAttempts: 7,
  /** Where people open Greenhouse in the browser; other data regions live elsewhere. */
  screens: 'https://app.greenhouse.io',
};

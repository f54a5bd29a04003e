import { faker as arabic } from '@faker-js/faker/locale/ar';
import { faker as german } from '@faker-js/faker/locale/de';
import { faker as english } from '@faker-js/faker/locale/en';
import { faker as spanish } from '@faker-js/faker/locale/es';
import { faker as french } from '@faker-js/faker/locale/fr';
import { faker as japanese } from '@faker-js/faker/locale/ja';
import { faker as polish } from '@faker-js/faker/locale/pl';

const SEED = 20_260_102;

/** Names of one language, that go together. */
export interface NamePool {
  first: readonly string[];
  last: readonly string[];
}

/** Words to make people of. Rows draw from them: inventing each word anew would make long lists slow. */
export interface Names {
  /** The one drawn most often stands more than once. */
  people: readonly NamePool[];
  companies: readonly string[];
  streets: readonly string[];
  cities: readonly string[];
}

/** The same names at every start. */
export function makeNames(): Names {
  const pool = (faker: typeof english, size: number): NamePool => {
    faker.seed(SEED);
    return {
      first: times(size, () => faker.person.firstName()),
      last: times(size, () => faker.person.lastName()),
    };
  };
  const anglo = pool(english, 400);
  const others = [german, spanish, french, polish, japanese, arabic].map((faker) => pool(faker, 150));
  return {
    people: [anglo, anglo, anglo, anglo, ...others],
    companies: times(300, () => english.company.name()),
    streets: times(200, () => english.location.streetAddress()),
    cities: times(120, () => `${english.location.city()}, ${english.location.country()}`),
  };
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

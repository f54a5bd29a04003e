import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** In percent of what is alive; left to itself V8 goes up to 300. */
const GROWTH_WHILE_READING = 100;

let hasCollected = false;

/**
 * How far the heap grows before it is cleaned. Lists are garbage as soon as they are stored, several megabytes for each page,
 * and V8 lets it lie while the machine has room; so while lists are read the heap is kept smaller, for some more processor
 * time. Otherwise it is left to V8.
 */
export function limitHeapGrowth(isReading: boolean): void {
  setFlagsFromString(`--heap-growing-percent=${isReading ? GROWTH_WHILE_READING : 0}`);
  if (isReading && !hasCollected) collect();
}

/** What V8 goes by until it has cleaned the heap for the first time is far too much. Once, since it takes some ten milliseconds. */
function collect(): void {
  hasCollected = true;
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}

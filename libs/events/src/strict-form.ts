const RECORD = '"eventData":{"candidateAssessment":{';
/** Within a string its quotes would be escaped, so the first one found is the field. */
const PACKAGE = '"assessmentPackage":';

/**
 * The payload as endpoints with `strictNulls` get it: of the assessment's package only the id is left. All other bytes stay
 * as they are, so it is the same each time, and what is in this form already stays in it.
 */
export function strictForm(payload: string): string {
  const record = payload.indexOf(RECORD);
  const field = record < 0 ? -1 : payload.indexOf(PACKAGE, record);
  if (field < 0) return payload;
  const start = field + PACKAGE.length;
  const end = endOfObject(payload, start);
  const { id } = JSON.parse(payload.slice(start, end)) as { id: string };
  const bare = JSON.stringify({ description: null, id, metaData: null, name: null, type: null });
  return payload.slice(0, start) + bare + payload.slice(end);
}

/** Behind the brace that closes the one at `start`. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') at = endOfString(text, at);
    else if (sign === '{') depth++;
    else if (sign === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

/** The quote that closes the one at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

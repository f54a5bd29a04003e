/** Whether PostgreSQL can store a text: no NUL byte, no half of a surrogate pair. */
export function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

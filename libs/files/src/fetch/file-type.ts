/** How many bytes of a file {@link detectFileType} wants to see; fewer only when there are no more. */
export const HEAD_BYTES = 8192;

export interface FileType {
  contentType: string;
  extension: string;
}

const PDF: FileType = { contentType: 'application/pdf', extension: 'pdf' };
const WORD: FileType = { contentType: 'application/msword', extension: 'doc' };
const RTF: FileType = { contentType: 'application/rtf', extension: 'rtf' };
const TEXT: FileType = { contentType: 'text/plain; charset=utf-8', extension: 'txt' };
const PNG: FileType = { contentType: 'image/png', extension: 'png' };
const JPEG: FileType = { contentType: 'image/jpeg', extension: 'jpg' };
const DOCX: FileType = {
  contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  extension: 'docx',
};
const ODT: FileType = { contentType: 'application/vnd.oasis.opendocument.text', extension: 'odt' };

const MAGIC: readonly [string, FileType][] = [
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', WORD],
  ['{\\rtf', RTF],
  ['\x89PNG\r\n\x1a\n', PNG],
  ['\xff\xd8\xff', JPEG],
];

/**
 * What a file is by its first bytes, whatever its name or sender says, or null when it is nothing a résumé comes as.
 * A web page is nothing such: links to shared folders answer with one.
 */
export function detectFileType(head: Buffer): FileType | null {
  const start = head.toString('latin1', 0, HEAD_BYTES);
  // Readers take a PDF whose header comes a little late.
  if (start.slice(0, 1024).includes('%PDF-')) return PDF;
  if (start.startsWith('PK\x03\x04')) return detectZip(start);
  const found = MAGIC.find(([magic]) => start.startsWith(magic));
  return found ? found[1] : isPlainText(head) ? TEXT : null;
}

/** Office documents are ZIP archives; the names of their first entries stand in clear. */
function detectZip(start: string): FileType | null {
  if (start.slice(30, 100).startsWith(`mimetype${ODT.contentType}`)) return ODT;
  const isOffice = /word\/|\[Content_Types\]\.xml|_rels\/\.rels|docProps\//.test(start);
  return isOffice && !/(?:^|[^a-z])(?:xl|ppt)\//.test(start) ? DOCX : null;
}

/** What text does not contain. */
const NOT_TEXT = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

function isPlainText(head: Buffer): boolean {
  const text = head.toString('utf8', 0, HEAD_BYTES);
  if (text.trim() === '' || NOT_TEXT.test(text)) return false;
  // The last character may have been cut in two; anything else that is no UTF-8 is no text.
  if (text.slice(0, -3).includes('\ufffd')) return false;
  return !/^\ufeff?\s*<(?:!doctype|html|\?xml|svg|script|head|body)/i.test(text);
}

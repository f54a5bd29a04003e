const PAGE = '[0 0 595 842]';
const LEFT = 72;
const TOP = 760;
const LINE_HEIGHT = 22;
const TITLE_SIZE = 20;
const TEXT_SIZE = 11;

/**
 * A PDF of one page: the first line large, the others below it. The font knows Western European letters only, others
 * become `?`; the document's title keeps every script.
 */
export function onePagePdf(title: string, lines: readonly string[]): Uint8Array {
  const text = lines
    .map((line, at) => `/F1 ${at === 0 ? TITLE_SIZE : TEXT_SIZE} Tf (${literal(line)}) Tj 0 -${LINE_HEIGHT} Td`)
    .join('\n');
  const content = `BT ${LEFT} ${TOP} Td\n${text}\nET`;
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox ${PAGE} /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Title <${utf16(title)}> >>`,
  ]);
}

/** Every character is one byte (latin1), so lengths are offsets. */
function assemble(objects: readonly string[]): Uint8Array {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R >>`;
  const start = file.length;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

function literal(line: string): string {
  return line.replace(/[^\x20-\x7e\xa0-\xff]/gu, '?').replace(/[\\()]/g, '\\$&');
}

function utf16(text: string): string {
  return `FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex')}`;
}

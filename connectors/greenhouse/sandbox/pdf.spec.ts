import { describe, expect, it } from '@jest/globals';
import { onePagePdf } from './pdf.js';

describe('a résumé as PDF', () => {
  const file = Buffer.from(onePagePdf('山田 花子', ['Hanako (Yamada)', 'Zürich'])).toString('latin1');

  it('begins and ends as a PDF', () => {
    expect(file).toMatch(/^%PDF-1\.4\n/);
    expect(file).toMatch(/%%EOF\n$/);
  });

  it('says for every object where it is', () => {
    const offsets = [...file.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));

    expect(offsets).toHaveLength(6);
    for (const [at, offset] of offsets.entries()) expect(file.slice(offset)).toMatch(new RegExp(`^${at + 1} 0 obj\n`));
  });

  it('says where that table begins', () => {
    const start = Number(/startxref\n(\d+)\n/.exec(file)?.[1]);

    expect(file.slice(start)).toMatch(/^xref\n/);
  });

  it('keeps brackets in the text from ending it', () => {
    expect(file).toContain('(Hanako \\(Yamada\\)) Tj');
    expect(file).toContain('(Zürich) Tj');
  });

  it('keeps a name in any script as its title', () => {
    expect(file).toContain(`<FEFF${Buffer.from('山田 花子', 'utf16le').swap16().toString('hex')}>`);
  });
});

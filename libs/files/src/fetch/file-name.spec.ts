import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attachment, fileNameOf } from './file-name.js';

const PDF = { contentType: 'application/pdf', extension: 'pdf' };
const URL_ = 'https://files.example/a/b/';

const headersOf = (disposition: string | undefined): Record<string, string> =>
  disposition ? { 'content-disposition': disposition } : {};

describe('the name of a file', () => {
  it('is what it is known as, whatever the server says', () => {
    const headers = headersOf('attachment; filename="download.bin"');

    expect(fileNameOf({ name: 'Imani Okafor.pdf', headers, url: URL_ }, PDF)).toBe('Imani Okafor.pdf');
    expect(fileNameOf({ name: '../../', headers, url: URL_ }, PDF)).toBe('download.pdf');
  });

  it.each([
    ['attachment; filename="Imani CV.pdf"', 'x', 'Imani CV.pdf'],
    ["attachment; filename=plain.pdf; filename*=UTF-8''%E5%B1%A5%E6%AD%B4%E6%9B%B8.pdf", 'x', '履歴書.pdf'],
    ['attachment; filename="../../etc/passwd"', 'x', 'passwd.pdf'],
    ['attachment; filename="..\\\\evil.exe"', 'x', 'evil.pdf'],
    ['inline', 'cv%20final.PDF?sig=1', 'cv final.PDF'],
    [undefined, 'r%C3%A9sum%C3%A9.docx', 'résumé.pdf'],
    [undefined, '%ff', 'resume.pdf'],
    [undefined, '', 'b.pdf'],
    ['attachment; filename="cv\u202efdp.exe"', 'x', 'cvfdp.pdf'],
    ['attachment; filename=".htaccess"', 'x', 'htaccess.pdf'],
  ])('from %p and …/%s is %s', (disposition, path, name) => {
    expect(fileNameOf({ headers: headersOf(disposition), url: URL_ + path }, PDF)).toBe(name);
  });

  it('is short, whole and without folders, whatever a server says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = fileNameOf({ headers: headersOf(`attachment; filename="${text}"`), url: URL_ }, PDF);

        expect(name).toMatch(/^[^./\\][^/\\]*\.pdf$/isu);
        expect(name.length).toBeLessThanOrEqual(130);
        expect(attachment(name)).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[\w.~%!-]+$/);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { detectFileType } from './file-type.js';

const zip = (...names: string[]) =>
  Buffer.from(names.map((name) => `PK\x03\x04${'\0'.repeat(26)}${name}…`).join(''), 'latin1');

describe('the type of a file', () => {
  it.each<[string, Buffer]>([
    ['pdf', Buffer.from('%PDF-1.7\n%âãÏÓ')],
    ['pdf', Buffer.from('\n\n junk %PDF-1.4')],
    ['doc', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0])],
    ['docx', zip('[Content_Types].xml', '_rels/.rels', 'word/document.xml')],
    ['docx', zip('word/document.xml')],
    ['odt', zip('mimetypeapplication/vnd.oasis.opendocument.text')],
    ['rtf', Buffer.from('{\\rtf1\\ansi')],
    ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
    ['jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['txt', Buffer.from('Curriculum vitae\r\n\t履歴書 — Ærlighed')],
    ['txt', Buffer.from('履歴書'.repeat(3000)).subarray(0, 8192)],
  ])('is seen from its first bytes: %s', (extension, head) => {
    expect(detectFileType(head)?.extension).toBe(extension);
  });

  it.each<[string, Buffer]>([
    ['a web page', Buffer.from('<!DOCTYPE html><title>Sign in</title>')],
    ['a web page after blanks', Buffer.from('\ufeff \n<HTML>')],
    ['a drawing with scripts', Buffer.from('<?xml version="1.0"?><svg/>')],
    ['a program', Buffer.from('MZ\x90\0\x03', 'latin1')],
    ['an ELF program', Buffer.from('\x7fELF', 'latin1')],
    ['an archive', zip('photos/1.jpg')],
    ['a spreadsheet', zip('[Content_Types].xml', 'xl/workbook.xml')],
    ['slides', zip('[Content_Types].xml', 'ppt/presentation.xml')],
    ['another character set', Buffer.from([0x4c, 0x65, 0xe9, 0x20, 0x61, 0x62, 0x63, 0x64])],
    ['blanks', Buffer.from('  \n ')],
  ])('is none that is kept: %s', (_, head) => {
    expect(detectFileType(head)).toBeNull();
  });
});

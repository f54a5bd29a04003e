import type { FileType } from './file-type.js';

const MAX_NAME = 120;

/** Control characters, and those that turn the reading direction. */
const UNFIT = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A name to offer a file under: what it is known as, what the server says, or the end of its address, without folders and tricks, and
 * with the ending that belongs to its type.
 */
export function fileNameOf(
  { name, headers, url }: { name?: string; headers: Readonly<Record<string, string>>; url: string },
  { extension }: FileType,
): string {
  const said = clean(name ?? '') || clean(fromDisposition(headers['content-disposition']) ?? '');
  const given = said || clean(fromUrl(url)) || 'resume';
  const stem = given.replace(/\.[A-Za-z0-9]{1,5}$/, '') || 'resume';
  const hasEnding = given.toLowerCase().endsWith(`.${extension}`) || (extension === 'jpg' && /\.jpeg$/i.test(given));
  return hasEnding ? given : `${stem}.${extension}`;
}

/** The `Content-Disposition` of a download, for every browser there is. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function fromDisposition(header: string | undefined): string | null {
  if (!header) return null;
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(header)?.[1];
  const decoded = extended ? decode(extended.trim()) : null;
  return decoded ?? /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header)?.slice(1).find(Boolean) ?? null;
}

function fromUrl(url: string): string {
  return decode(URL.parse(url)?.pathname.split('/').findLast(Boolean) ?? '') ?? '';
}

function clean(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const fit = last
    .toWellFormed()
    .normalize('NFC')
    .replace(UNFIT, '')
    .replace(/[<>:"|?*]/g, '_')
    .trim();
  const shown = fit.replace(/^\.+/, '');
  return shown.length <= MAX_NAME ? shown : `${shown.slice(0, MAX_NAME - 10)}${shown.slice(-10)}`.toWellFormed();
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';

type Unpacking = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzipped: Unpacking = promisify(gunzip);
const brotli: Unpacking = promisify(brotliDecompress);
const inflated: Unpacking = promisify(inflate);
const inflatedRaw: Unpacking = promisify(inflateRaw);

/** `deflate` is zlib's format by the book, and bare for some servers; the first half byte of zlib's is always 8. */
const deflated: Unpacking = (bytes, options) =>
  ((bytes[0] ?? 0) & 0x0f) === 8 ? inflated(bytes, options) : inflatedRaw(bytes, options);

const UNPACKINGS: Readonly<Record<string, Unpacking>> = {
  gzip: gunzipped,
  'x-gzip': gunzipped,
  deflate: deflated,
  br: brotli,
};

/** What we ask for. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** Why a body cannot be unpacked. */
export type UnpackProblem = 'reply_too_large' | 'malformed_reply';

/** Takes the content encoding off a body; never makes more than `mostBytes` of it. */
export async function unpack(
  bytes: Buffer,
  encoding: string | undefined,
  mostBytes: number,
): Promise<Buffer | UnpackProblem> {
  const name = (encoding ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity' || bytes.length === 0) return bytes;
  const unpacking = UNPACKINGS[name];
  if (!unpacking) return 'malformed_reply';
  try {
    return await unpacking(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'reply_too_large' : 'malformed_reply';
  }
}

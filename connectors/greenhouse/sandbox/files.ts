import { createHmac } from 'node:crypto';
import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import type { Row } from './data/rows.js';
import { worldOf } from './data/world.js';
import { meets } from './faults.js';
import { onePagePdf } from './pdf.js';

const COLLECTION = 'files';
const LINK_LIVES_MS = 7 * 86_400_000;
// Shows that a link was made here; what is behind it is invented.
const KEY = 'links to files die';
const MEGABYTE = 1024 * 1024;

interface StoredFile {
  contentType: string;
  /** Base64. */
  content: string;
}

/** A link to an attachment that dies after seven days, as every link of Greenhouse to a file does. */
export function fileLink({ id, filename }: Row, { hub, now }: SandboxContext): string {
  const expires = Math.floor((Date.parse(now()) + LINK_LIVES_MS) / 1000);
  const name = encodeURIComponent(String(filename));
  return `${hub.selfUrl}/files/${id}/${name}?expires=${expires}&signature=${signature(id, expires)}`;
}

/** Keeps the bytes of an attachment that was uploaded. */
export async function keepFile(id: number, file: StoredFile, { store }: SandboxContext): Promise<void> {
  await store.put(COLLECTION, String(id), file);
}

/** What is behind a link; nothing once it is dead. Invented attachments are a page with the candidate's name. */
export async function serveFile(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse> {
  const id = Number(request.params.id);
  const expires = Number(request.query.expires);
  const isDead = !(expires * 1000 > Date.parse(context.now())) || meets('dead_link', request.path, context) !== null;
  if (isDead || request.query.signature !== signature(id, expires)) {
    return { status: 403, body: { message: 'This link is not valid any more.' } };
  }
  const { attachments, candidates } = await worldOf(context);
  const row = attachments.get(id);
  if (meets('huge_file', request.path, context)) return hugeFile();
  if (!row) return { status: 404, body: { message: 'There is no such file.' } };
  if (typeof row._from === 'string') return { status: 302, headers: { location: row._from } };
  const stored = await context.store.get<StoredFile>(COLLECTION, String(id));
  if (stored) return { status: 200, contentType: stored.contentType, body: Buffer.from(stored.content, 'base64') };
  const person = candidates.get(Number(row.candidate_id));
  const name = `${String(person?.first_name)} ${String(person?.last_name)}`;
  const lines = [name, String(row.type), 'Invented for the Atsume sandbox.'];
  return { status: 200, contentType: 'application/pdf', body: onePagePdf(name, lines) };
}

/** Comes piece by piece, and nobody says before how long it is. */
function hugeFile(): SandboxResponse {
  let left = 50;
  const body = new ReadableStream<Uint8Array>({
    start: (pieces) => pieces.enqueue(Buffer.from('%PDF-1.7\n')),
    pull: (pieces) => (left-- > 0 ? pieces.enqueue(Buffer.alloc(MEGABYTE, 0x20)) : pieces.close()),
  });
  return { status: 200, contentType: 'application/pdf', body };
}

function signature(id: number, expires: number): string {
  return createHmac('sha256', KEY).update(`${id} ${expires}`).digest('hex').slice(0, 32);
}

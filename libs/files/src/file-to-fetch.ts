/** The kind of internal event that has a file fetched; its payload is a {@link FileToFetch} as JSON. */
export const FILE_FETCH_EVENT = 'file.fetch';

/** What is to be fetched into which file. Whoever asks for it has made the row of `files`, state PENDING. */
export interface FileToFetch {
  fileId: string;
  url: string;
  /** What the ATS calls it; else the answer says, or the address. */
  name?: string;
  /** How often the link turned out dead; then a fresh one is asked for. */
  renewals?: number;
}

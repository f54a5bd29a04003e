export { FilesModule, FileKindModule } from './files.module.js';
export { FileFetchKind } from './fetch/file-fetch.kind.js';
export { LinkSources, type LinkSource, type OrderedFile } from './fetch/link-sources.js';
export { FILE_FETCH_EVENT, type FileToFetch } from './file-to-fetch.js';

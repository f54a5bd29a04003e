import type { ConsentFailed } from './consent-failed.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The page a customer sees who came without an address to return to. Plain HTML, nothing to run or to load. */
export function renderConsentPage(failure: ConsentFailed | null): string {
  const title = failure ? 'Not connected' : 'Connected';
  const text = failure ? failure.message : 'Your ATS is connected. You can close this window.';
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}</style></head>
<body><h1>${title}</h1><p>${escapeHtml(text)}</p></body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

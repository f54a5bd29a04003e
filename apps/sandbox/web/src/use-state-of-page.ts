import { useEffect, useState } from 'react';
import type { PageState } from '../../src/page-state.js';
import { type Selected, readState } from './api.js';

const TRY_AGAIN_AFTER_MS = 1000;

export interface Live {
  state: PageState | null;
  /** Set while the hub does not answer. */
  lost: string | null;
}

/** The state of the page, always the present one: the server answers when something has changed. */
export function useStateOfPage({ standIn, assessment }: Selected): Live {
  const [live, setLive] = useState<Live>({ state: null, lost: null });

  useEffect(() => {
    const over = new AbortController();
    const follow = async () => {
      let version: number | null = null;
      while (!over.signal.aborted) {
        try {
          const state: PageState = await readState({ standIn, assessment }, { version, signal: over.signal });
          version = state.version;
          setLive({ state, lost: null });
        } catch (error) {
          if (over.signal.aborted) return;
          version = null;
          setLive(({ state }) => ({ state, lost: sentenceFor(error) }));
          await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER_MS));
        }
      }
    };
    void follow();
    return () => over.abort();
  }, [standIn, assessment]);

  return live;
}

/** A broken connection is a TypeError to `fetch`. */
function sentenceFor(error: unknown): string {
  return error instanceof TypeError ? 'The hub does not answer. Is it still running?' : (error as Error).message;
}

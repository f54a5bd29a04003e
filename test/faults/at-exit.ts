const pending = new Set<() => void>();

process.once('exit', () => {
  for (const work of pending) work();
});

/** Runs `work` when this process ends, however it does; the function it returns calls that off. */
export function atExit(work: () => void): () => void {
  pending.add(work);
  return () => void pending.delete(work);
}

interface Question {
  id: number;
  question: string;
  about: unknown;
}

/** Lets the bench ask this process; ends it when the bench is gone. */
export function answer(answers: Record<string, (about: never) => unknown>): void {
  process.on('message', ({ id, question, about }: Question) => {
    Promise.resolve()
      .then(() => answers[question]?.(about as never))
      .then(
        (reply) => process.send?.({ id, reply }),
        (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ id: 0 });
}

/** Milliseconds since 1970 with fractions, the same on every process of the machine. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

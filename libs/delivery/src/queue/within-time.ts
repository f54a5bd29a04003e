/** @throws Error saying `what` when a call has not ended after `ms`; whatever it does then, nobody hears of. */
export async function withinTime<T>(call: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(what)), ms);
  });
  call.catch(() => {});
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

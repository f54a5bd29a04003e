const TICK_MS = process.stdout.isTTY ? 1000 : 3000;

/**
 * Runs `work` and says so, with the seconds it took so far, so that it never looks hung:
 * on a terminal in one line, elsewhere as a line now and then.
 */
export async function withProgress(title, work) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const say = (text) => process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  say(`${title} …`);
  const ticker = setInterval(() => say(`${title} … ${seconds()}`), TICK_MS);
  try {
    const result = await work();
    say(`${title}: done in ${seconds()}`);
    return result;
  } catch (error) {
    say(`${title}: failed after ${seconds()}`);
    throw error;
  } finally {
    clearInterval(ticker);
    if (process.stdout.isTTY) process.stdout.write('\n');
  }
}

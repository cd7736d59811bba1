/** Asks until `answer` is given something else than undefined or false. Throws after `withinMs` with `what` and what `state` last said. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  state: () => unknown = () => "",
): Promise<T> {
  const giveUpAtMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > giveUpAtMs)
      throw new Error(`waited ${withinMs} ms in vain for ${what}: ${JSON.stringify(await state())}`);
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}

// Soon enough not to lengthen a test, seldom enough not to load the database that is asked.
const askAgainMs = 50;

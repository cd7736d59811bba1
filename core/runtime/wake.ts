/** Lets one waiter sleep until somebody wakes it or the time is over. A wake that nobody waits for is remembered, once. */
export type Wake = { wait: (limitMs: number) => Promise<void>; wake: () => void };

export function createWake(): Wake {
  let awake = false;
  let resume: (() => void) | undefined;
  return {
    wait: (limitMs) =>
      new Promise((resolve) => {
        if (awake) {
          awake = false;
          resolve();
          return;
        }
        const finish = () => {
          clearTimeout(timer);
          resume = undefined;
          awake = false;
          resolve();
        };
        const timer = setTimeout(finish, limitMs);
        resume = finish;
      }),
    wake: () => {
      awake = true;
      resume?.();
    },
  };
}

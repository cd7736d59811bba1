/** Lets one waiter through for each time it is opened; opened several times before the wait, it lets through once. */
export type Latch = { open: () => void; opened: () => Promise<void> };

/** A latch that is shut. */
export function createLatch(): Latch {
  let isOpen = false;
  let release: (() => void) | undefined;
  return {
    open() {
      isOpen = true;
      release?.();
    },
    async opened() {
      if (!isOpen) await new Promise<void>((resolve) => (release = resolve));
      isOpen = false;
      release = undefined;
    },
  };
}

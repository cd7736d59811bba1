/** What the shell is told. Documented in --help. 130 is what a shell expects after Ctrl-C. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

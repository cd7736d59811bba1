/** What happened, as a number that two runs of one seed must share, and as lines for a person who replays it. */
export type Trace = {
  add(atMs: number, who: string, what: string): void;
  readonly hash: number;
  readonly lines: readonly string[];
};

const prime = 16_777_619;

/** FNV-1a over everything; either is kept only when asked for. */
export function createTrace(o: { startMs: number; keepLines: boolean; keepHash: boolean }): Trace {
  let hash = 2_166_136_261;
  const lines: string[] = [];
  const mix = (text: string) => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime);
  };
  return {
    add(atMs, who, what) {
      if (!o.keepHash && !o.keepLines) return;
      const ms = Math.round(atMs - o.startMs);
      if (o.keepHash) {
        hash = Math.imul(hash ^ ms, prime);
        mix(who);
        mix(what);
      }
      if (o.keepLines) lines.push(`${(ms / 1000).toFixed(3).padStart(10)} s  ${who.padEnd(18)} ${what}`);
    },
    get hash() {
      return hash >>> 0;
    },
    lines,
  };
}

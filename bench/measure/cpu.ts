// CPU and memory of processes and all their descendants, from Linux's /proc. Elsewhere there are no such figures.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** The kernel counts CPU in hundredths of a second for programs, whatever its own clock is (USER_HZ). */
const TICKS_PER_SECOND = 100;
const KB_PER_MB = 1_024;
/** A process may end between two readings; a third miss in a row is something else. */
const TRIES_MAX = 3;

type Stat = { pid: number; parent: number; ticks: number; ticksOfEnded: number };

/** CPU seconds, user and system, that a process and its descendants have used, those that ended included. */
export function cpuSeconds(pid: number): number {
  for (let tries = 1; ; tries += 1) {
    const stats = readAll();
    const tree = treeOf(pid, stats);
    const again = tree.map((each) => readStat(each.pid));
    // One that ended in between is in nobody's sum yet, or in two.
    if (again.every((each) => each !== undefined) || tries === TRIES_MAX)
      return tree.reduce((sum, each) => sum + each.ticks + each.ticksOfEnded, 0) / TICKS_PER_SECOND;
  }
}

/**
 * Peak memory of a process in MB. With descendants (PostgreSQL) it is what each has of its own now, and what they share counted once:
 * peaks of processes that share a buffer cannot be added.
 */
export function residentMb(pid: number): number {
  const tree = treeOf(pid, readAll());
  const memories = tree.map((each) => readMemory(each.pid));
  if (memories.length === 1) return (memories[0]?.peakKb ?? 0) / KB_PER_MB;
  const own = memories.reduce((sum, memory) => sum + memory.ownKb, 0);
  return (own + Math.max(0, ...memories.map((memory) => memory.sharedKb))) / KB_PER_MB;
}

/** CPU seconds that the whole machine has worked since it started, for everybody. */
export function busySeconds(): number {
  const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  // proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal. Guests are in user already.
  const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number);
  return ticks.reduce((sum, value, at) => (at === 3 || at === 4 ? sum : sum + value), 0) / TICKS_PER_SECOND;
}

/** Makes the peak of a process what it has now. Where that is not allowed the peak stays since its start. */
export function resetPeak(pid: number): void {
  try {
    // proc_pid_clear_refs(5): 5 resets the peak resident set.
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // It has ended, or belongs to another user.
  }
}

function treeOf(pid: number, stats: readonly Stat[]): Stat[] {
  const found = stats.filter((each) => each.pid === pid);
  for (const parent of found) found.push(...stats.filter((each) => each.parent === parent.pid));
  return found;
}

function readAll(): Stat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
}

/** proc_pid_stat(5). The name in parentheses may itself hold spaces and parentheses. */
function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((at) =>
      Number(fields[at]),
    );
    return { pid, parent: parent!, ticks: user! + system!, ticksOfEnded: endedUser! + endedSystem! };
  } catch {
    return undefined; // It has ended.
  }
}

function readMemory(pid: number): { peakKb: number; ownKb: number; sharedKb: number } {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
    return { peakKb: kb("VmHWM"), ownKb: kb("RssAnon"), sharedKb: kb("RssShmem") + kb("RssFile") };
  } catch {
    return { peakKb: 0, ownKb: 0, sharedKb: 0 };
  }
}

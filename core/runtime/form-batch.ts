// Which of the messages that wait a free slot takes. Pure.

/** Of a message: its last token is the agency. */
type Waiting = { readonly subject: string };

/** Messages of an agency that are few: little work, soon done, and it has a slot beyond the lane's own. */
export const spareBatch = 50;

/** The agency of a work message's subject, `fanfare.work.<queue>.<lane>.<agency>`. */
export function agencyOf({ subject }: Waiting): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}

/** How many of the messages each agency has. */
export function countByAgency(messages: readonly Waiting[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const message of messages) {
    const agency = agencyOf(message);
    counts.set(agency, (counts.get(agency) ?? 0) + 1);
  }
  return counts;
}

/** Whose messages are in work. */
export type Crowd = {
  enter: (counts: ReadonlyMap<string, number>) => void;
  leave: (counts: ReadonlyMap<string, number>) => void;
  /**
   * Whether others go first. While nobody has many messages in work, whoever has any is busy; beside one that has many, only those that have: half
   * of ten messages that came in two parts do not wait behind five hundred because of the other half.
   */
  isBusy: (agency: string) => boolean;
};

export function createCrowd(): Crowd {
  const inWork = new Map<string, number>();
  /** Agencies with more than `spareBatch`. */
  let heavy = 0;

  function change(agency: string, by: number): void {
    const before = inWork.get(agency) ?? 0;
    const now = before + by;
    heavy += Number(now > spareBatch) - Number(before > spareBatch);
    if (now === 0) inWork.delete(agency);
    else inWork.set(agency, now);
  }

  return {
    enter: (counts) => counts.forEach((count, agency) => change(agency, count)),
    leave: (counts) => counts.forEach((count, agency) => change(agency, -count)),
    isBusy: (agency) => (inWork.get(agency) ?? 0) > (heavy > 0 ? spareBatch : 0),
  };
}

/**
 * Takes the next batch out of `waiting`: first those whose agency is not busy, then the others, each in the order in which they came. So ten
 * messages do not wait for a second slot because five hundred of a busy agency came before them.
 */
export function takeBatch<T extends Waiting>(
  waiting: T[],
  most: number,
  isBusy: (agency: string) => boolean,
): T[] {
  if (waiting.length <= most) return waiting.splice(0);
  const first = new Set(waiting.filter((message) => !isBusy(agencyOf(message))).slice(0, most));
  if (first.size === 0) return waiting.splice(0, most);
  const batch = [...first];
  for (const message of waiting) {
    if (batch.length === most) break;
    if (!first.has(message)) batch.push(message);
  }
  keepOthers(waiting, new Set(batch));
  return batch;
}

/** Takes the messages of agencies that are not busy and have few, if they are few together too, so that they may have the spare slot; else none. */
export function takeSpareBatch<T extends Waiting>(waiting: T[], isBusy: (agency: string) => boolean): T[] {
  const counts = countByAgency(waiting);
  for (const [agency, count] of counts) if (count > spareBatch || isBusy(agency)) counts.delete(agency);
  const few = counts.values().reduce((sum, count) => sum + count, 0);
  if (few === 0 || few > spareBatch) return [];
  const batch = waiting.filter((message) => counts.has(agencyOf(message)));
  keepOthers(waiting, new Set(batch));
  return batch;
}

function keepOthers<T>(waiting: T[], taken: ReadonlySet<T>): void {
  waiting.splice(0, waiting.length, ...waiting.filter((message) => !taken.has(message)));
}

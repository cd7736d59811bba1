// Which of the messages that wait a free slot takes. Pure.

/** Of a message: its last token is the agency. */
type Waiting = { readonly subject: string };

/** Messages of agencies that have nothing in work, at most, for which there is a slot beyond the lane's own: little work, soon done. */
export const spareBatch = 50;

/** The agency of a work message's subject, `fanfare.work.<queue>.<lane>.<agency>`. */
export function agencyOf({ subject }: Waiting): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}

/**
 * Takes the next batch out of `waiting`: first those whose agency has nothing in work, then the others, each in the order in which they came. So ten
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

/** Takes the messages of agencies that have nothing in work, if they are so few that they may have the spare slot; else none. */
export function takeSpareBatch<T extends Waiting>(waiting: T[], isBusy: (agency: string) => boolean): T[] {
  const batch = waiting.filter((message) => !isBusy(agencyOf(message)));
  if (batch.length === 0 || batch.length > spareBatch) return [];
  keepOthers(waiting, new Set(batch));
  return batch;
}

function keepOthers<T>(waiting: T[], taken: ReadonlySet<T>): void {
  waiting.splice(0, waiting.length, ...waiting.filter((message) => !taken.has(message)));
}

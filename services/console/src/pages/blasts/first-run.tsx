/** Placeholder until the tour below it is written. */
export function FirstRun() {
  return null;
}

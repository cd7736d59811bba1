// Preloaded into a program, lets its monotonic clock run FANFARE_TEST_CLOCK_FACTOR times as fast: what it measures is over so much sooner.
// Timers and the time of day go on as they are.
const factor = Number(process.env["FANFARE_TEST_CLOCK_FACTOR"] ?? 1);
const trueNow = performance.now.bind(performance);
performance.now = () => trueNow() * factor;

export {};

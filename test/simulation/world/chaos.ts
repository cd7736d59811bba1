// Faults that strike a whole process, the broker, the database or the provider, at moments drawn beforehand.
import { providerOutageMs } from "./aims.ts";
import { stop, type Life } from "./life.ts";
import type { World } from "./world.ts";

export const hourOutage = "takes the provider away for an hour";

/** Puts the history's disasters on the calendar, within `spanMs`. */
export function planChaos(world: World, processes: readonly (() => Life)[], spanMs: number): void {
  const { faults, chance, loop, broker, provider } = world;
  const strike = (times: number, what: string, work: () => void) => {
    for (let i = 0; i < times; i++) {
      loop.after(chance.between(0, spanMs), () => {
        if (!faults.on) return;
        world.stats.faults += 1;
        world.stats.kinds.add(what);
        world.trace.add(loop.nowMs, "chaos", what);
        work();
      });
    }
  };
  /** Away for a while; the last one to end brings it back. */
  const outage = (begin: () => void, end: () => void) => () => {
    begin();
    loop.after(chance.spread(100, 90_000), end);
  };
  strike(faults.stops, "stops a process", () => {
    const life = chance.pick(processes)();
    if (life.alive) stop(world, life);
  });
  strike(faults.wipes, "wipes the broker", () => broker.wipe());
  strike(faults.brokerOutages, "takes the broker away", outage(() => broker.setAway(true), () => broker.setAway(false))); // prettier-ignore
  strike(faults.databaseOutages, "takes the database away", outage(() => (world.databaseAway = true), () => (world.databaseAway = false))); // prettier-ignore
  strike(faults.providerOutages, "takes the provider away", outage(() => (provider.away = "refuses"), () => (provider.away = undefined))); // prettier-ignore
  // In the middle of the blasts: orders come within the first minute.
  if (faults.longOutage) {
    const how = chance.pick(["refuses", "silent", "errors"] as const);
    loop.after(chance.between(0, 60_000), () => {
      world.stats.faults += 1;
      world.stats.kinds.add(hourOutage);
      world.trace.add(loop.nowMs, "chaos", `${hourOutage}: it ${how}`);
      provider.away = how;
      loop.after(providerOutageMs, () => (provider.away = undefined));
    });
  }
}

/** From here on everything works; what was broken is whole again. Who stands still goes on when his time has come. */
export function endChaos(world: World, processes: readonly (() => Life)[]): void {
  world.faults.on = false;
  world.trace.add(world.loop.nowMs, "chaos", "ends: from here on everything works");
  world.broker.setAway(false);
  world.provider.away = undefined;
  world.databaseAway = false;
  for (const process of processes) process().clockOffMs = 0;
}

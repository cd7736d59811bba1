import type { NatsConnection } from "@nats-io/transport-node";
import { createRightOfWay, wayLanes, type GiveWay, type WayLane } from "#core/runtime/right-of-way.ts";

/** Subjects outside every stream: nothing is stored, and an announcement that is lost costs some milliseconds. */
export const waySubjects = {
  wanted: (lane: WayLane | "*", agencyId: string) => `fanfare.way.wanted.${lane}.${agencyId}`,
  over: (agencyId: string) => `fanfare.way.over.${agencyId}`,
};

/** A process's part in the right of way (right-of-way.ts). */
export type Way = {
  give: GiveWay;
  /** Since somebody was heard to ask, ms; Infinity when nobody was. */
  quietMs: () => number;
  /** A small piece of this agency's has reached the provider; says so to the others if they wait for it. */
  passed: (agencyId: string) => void;
};

/** Hears who wants the way, until the connection ends. While the broker is away nobody waits. */
export function openWay(connection: NatsConnection, monotonicMs: () => number): Way {
  const { wanted, over, give, quietMs } = createRightOfWay(monotonicMs);
  for (const lane of wayLanes)
    hear(connection, waySubjects.wanted(lane, "*"), (agencyId) => wanted(lane, agencyId));
  hear(connection, waySubjects.over("*"), over);
  return {
    give,
    quietMs,
    passed(agencyId) {
      if (over(agencyId) && !connection.isClosed()) connection.publish(waySubjects.over(agencyId));
    },
  };
}

/** A user that may not hear it is told so once, as an error, and goes on without. */
function hear(connection: NatsConnection, subjects: string, heard: (agencyId: string) => void): void {
  connection.subscribe(subjects, {
    callback: (error, message) => {
      if (error === null) heard(message.subject.slice(message.subject.lastIndexOf(".") + 1));
    },
  });
}

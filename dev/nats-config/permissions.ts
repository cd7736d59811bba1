import type { DescMessage } from "@bufbuild/protobuf";
import { DeadLetteredSchema } from "#gen/fanfare/event/v1/dead_lettered_pb.js";
import { deadLetterArchiveDurable, type Topology } from "#core/adapters/nats/wanted-topology.ts";
import { waySubjects } from "#core/adapters/nats/way.ts";
import { eventContract, isWorkContract, workContract } from "#core/runtime/contract.ts";
import { failuresBucket } from "#core/runtime/failures.ts";
import { wayLanes } from "#core/runtime/right-of-way.ts";
import type { Role } from "./roles.ts";

/** Subjects that a user may publish and subscribe; whatever is not listed is refused. */
export type Permissions = { publish: string[]; subscribe: string[] };

/** The least that a role needs. Pure: deploy/nats/users.conf pins the result for every role. */
export function permissionsOf(role: Role, topology: Topology): Permissions {
  // Answers come to an inbox of the user's own, so that nobody reads another's; clients take it from their user's name.
  const inbox = `_INBOX.${role.user}.>`;
  // The nats command takes the usual inbox, and whoever may do everything may as well hear everything.
  if (role.everything)
    return { publish: ["$JS.>", "$KV.>", "fanfare.>"], subscribe: ["fanfare.>", "_INBOX.>"] };
  const { takes = [], hears = [], publishes = [] } = role;
  const publish = [
    ...publishes.flatMap(subjectsOf),
    ...takes.flatMap(rightsToTake),
    ...hears.flatMap(({ fact, durable }) => rightsToHear(fact, durable)),
    ...(role.keepsTopology ? rightsToKeep(topology) : []),
    ...(role.tendsQueues ? rightsToTend(topology) : []),
    ...(role.asksForWay ? wayLanes.map((lane) => waySubjects.wanted(lane, "*")) : []),
    ...(role.endsWay ? [waySubjects.over("*")] : []),
  ];
  return {
    publish: [...new Set(publish)],
    subscribe: [
      ...(role.hearsTheBell ? ["fanfare.event.>"] : []),
      ...(role.givesWay
        ? [...wayLanes.map((lane) => waySubjects.wanted(lane, "*")), waySubjects.over("*")]
        : []),
      inbox,
    ],
  };
}

/** Of any agency. A task's lanes are named one by one: a lane that does not exist is nobody's to publish. */
function subjectsOf(desc: DescMessage): string[] {
  return isWorkContract(desc)
    ? workContract(desc).lanes.map(({ subjectFilter }) => subjectFilter)
    : [eventContract(desc).subject("*")];
}

function rightsToTake(desc: DescMessage): string[] {
  const { stream, lanes } = workContract(desc);
  return [...lanes.flatMap(({ durable }) => rightsToPull(stream, durable)), ...rightsToFail(stream)];
}

function rightsToHear(fact: DescMessage, durable: string): string[] {
  const { stream, subject } = eventContract(fact);
  return [
    // The filter stands in the subject, and the broker refuses another in the body. (DURABLE.CREATE, the older form, would allow any.)
    `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${subject("*")}`,
    ...rightsToPull(stream, durable),
    ...rightsToFail(stream),
  ];
}

function rightsToPull(stream: string, durable: string): string[] {
  return [
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
    // The longer form, with domain and account before the stream.
    `$JS.ACK.*.*.${stream}.${durable}.>`,
  ];
}

/** To count failures of this stream's messages, and to bury what is given up on. */
function rightsToFail(stream: string): string[] {
  return [
    `$JS.API.STREAM.INFO.KV_${failuresBucket}`,
    `$JS.API.DIRECT.GET.KV_${failuresBucket}.$KV.${failuresBucket}.${stream}.>`,
    `$KV.${failuresBucket}.${stream}.>`,
    ...subjectsOf(DeadLetteredSchema),
  ];
}

function rightsToKeep({ streams, consumers }: Topology): string[] {
  const archived = eventContract(DeadLetteredSchema).stream;
  return [
    ...streams.flatMap(({ name }) =>
      ["INFO", "CREATE", "UPDATE"].map((act) => `$JS.API.STREAM.${act}.${name}`),
    ),
    ...consumers.flatMap(({ stream, config }) => [
      `$JS.API.CONSUMER.INFO.${stream}.${config.durable_name}`,
      `$JS.API.CONSUMER.CREATE.${stream}.${config.durable_name}.${config.filter_subject}`,
    ]),
    ...rightsToPull(archived, deadLetterArchiveDurable),
  ];
}

function rightsToTend({ streams, consumers }: Topology): string[] {
  const work = streams.filter(({ retention }) => retention === "workqueue").map(({ name }) => name);
  return [
    ...work.flatMap((name) => [`$JS.API.STREAM.INFO.${name}`, `$JS.API.STREAM.MSG.GET.${name}`]),
    ...consumers
      .filter(({ stream }) => work.includes(stream))
      .flatMap(({ stream, config }) => [
        `$JS.API.CONSUMER.INFO.${stream}.${config.durable_name}`,
        `$JS.API.CONSUMER.PAUSE.${stream}.${config.durable_name}`,
        // Changing a limit is creating it again, with its own filter and no other.
        `$JS.API.CONSUMER.CREATE.${stream}.${config.durable_name}.${config.filter_subject}`,
      ]),
  ];
}

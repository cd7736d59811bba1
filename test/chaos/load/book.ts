/** What the driver itself knows: whom it asked for, and what it was answered. The check leans on this and on the sandbox's record. */
export type Book = {
  agencies: BookedAgency[];
  blasts: BookedBlast[];
  /** By `agencyId/address`. */
  optOuts: Map<string, BookedOptOut>;
  /** Of each schedule that was created. */
  schedules: { id: string; dueAtMs: number; round: number }[];
  /** Mails that were asked for so far. */
  asked: number;
};

export type BookedCustomer = { id: string; email: string };

export type BookedAgency = {
  id: string;
  name: string;
  domain: string;
  apiKey: string;
  templateId: string;
  /** Everyone is on this list. */
  listId: string;
  customers: BookedCustomer[];
  /** All the credits it was ever given. */
  credits: number;
};

export type BookedBlast = {
  round: number;
  agency: BookedAgency;
  key: string;
  what: "list" | "customers" | "direct" | "credit" | "schedule";
  /** Every answer to its key; more than one id is a violation. */
  ids: Set<string>;
  scheduleId?: string;
  /** Whom it is for: customers from `from`, so many of them, past the end from the start again. */
  from: number;
  size: number;
  cancelled: boolean;
};

export type BookedOptOut = {
  agencyId: string;
  email: string;
  /** When the answer came; undefined until it did. */
  acknowledgedAtMs?: number;
  /** Deliveries that the answer named as on their way. */
  onTheirWay: ReadonlySet<string>;
};

export function createBook(): Book {
  return { agencies: [], blasts: [], optOuts: new Map(), schedules: [], asked: 0 };
}

/** The customers of a blast, as the driver asked for them. */
export function audienceOf({ agency, from, size }: BookedBlast): BookedCustomer[] {
  const { customers } = agency;
  return Array.from({ length: size }, (_, n) => customers[(from + n) % customers.length] as BookedCustomer);
}

export const optOutKey = (agencyId: string, email: string): string => `${agencyId}/${email.toLowerCase()}`;

/**
 * Indexes for filters of lists that stay quick when the rows are millions. Building them holds a SHARE lock on the table: reads go on, writes
 * wait until the commit, some ten seconds for ten million deliveries.
 */
export const listIndexes = /* sql */ `
-- The reason of a delivery that simply is sent is empty from the freeze to the acceptance, so it does not change what is a HOT update;
-- only those that are skipped, refused, in doubt or tried again are in this index.
CREATE INDEX deliveries_by_reason ON deliveries (blast_id, reason, seq) WHERE reason <> '';
-- All but the state in which nearly all end.
CREATE INDEX blasts_by_state ON blasts (agency_id, state, id) WHERE state <> 'completed';
CREATE INDEX dead_letters_open ON dead_letters (at, id) WHERE requeued_at IS NULL;
CREATE INDEX dead_letters_open_of_agency ON dead_letters (agency_id, at, id) WHERE requeued_at IS NULL;
CREATE INDEX dead_letters_by_reason ON dead_letters (reason, at, id);
CREATE INDEX ledger_of_blast ON ledger (blast_id) WHERE blast_id IS NOT NULL;
`;

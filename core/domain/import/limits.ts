/** Most attributes a file may bring: the contract's limit for one customer. */
export const MAX_ATTRIBUTES = 50;
/** Longest value of an attribute: the contract's limit. */
export const MAX_ATTRIBUTE_CHARS = 1_000;
/** Longest name of a person, of a list, or external id: the contract's limit. */
export const MAX_NAME_CHARS = 200;
/** Longest BCP 47 tag: the contract's limit. */
export const MAX_LOCALE_CHARS = 35;
/** Most columns that are looked at. 500: wider files are exports of something else. */
export const MAX_COLUMNS = 500;
/** Most bytes of one record. 128 KiB: 50 attributes of 1,000 characters and the names; more is a quote that never closes. */
export const MAX_RECORD_BYTES = 128 * 1024;
/** Most column names that an error lists. */
export const MAX_COLUMNS_TOLD = 30;

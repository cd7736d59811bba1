// What goes wrong at a moment that only the load knows, so that the storm does not deal it.

export const KILLED_AROUND_DUE_TIME = {
  kind: "schedulers killed around a due time (kill -9)",
  promise: "One blast for each occurrence, at its time or late.",
};

export const BEYOND_CREDIT = {
  kind: "blasts in parallel that cost more than the agency has",
  promise: "Each is paid whole or refused whole; nobody sends more than was paid for.",
};

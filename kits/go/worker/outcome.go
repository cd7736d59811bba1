package worker

import "time"

// Outcome says what became of one message. The union is closed: handlers return one of the five below, and the kit alone turns it into an
// acknowledgement. A handler that panics, or returns nil, is the same as Retry.
type Outcome interface{ kind() string }

// Done says that the effect is committed. The message is acknowledged.
type Done struct{}

// Skip says that the handler decided not to act, and recorded that. The message is acknowledged.
type Skip struct{ Reason string }

// Retry says that it may work later. It counts as a failure; the contract's back-off applies unless After is set.
type Retry struct {
	Reason string
	After  time.Duration
}

// Defer says not now: paused, rate, back-pressure. It never counts as a failure.
type Defer struct {
	Reason string
	After  time.Duration
}

// Reject says that it never will work. The message is stored as a dead letter, whole, and only then taken off its queue.
type Reject struct{ Reason, Detail string }

func (Done) kind() string   { return "done" }
func (Skip) kind() string   { return "skip" }
func (Retry) kind() string  { return "retry" }
func (Defer) kind() string  { return "defer" }
func (Reject) kind() string { return "reject" }

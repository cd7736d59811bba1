package worker

import (
	"fmt"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// heldMessage is a message that the broker handed to this process and that is not settled yet.
type heldMessage struct {
	msg     jetstream.Msg
	meta    *jetstream.MsgMetadata
	headers map[string]string
	heldAt  time.Time
	settled atomic.Bool
}

var (
	// Orders to the broker at publication, not part of the message.
	publicationHeader = regexp.MustCompile(`(?i)^Nats-(?:Batch|Expected)-`)
	agencyToken       = regexp.MustCompile(`^[0-9a-zA-Z_-]{1,64}$`)
)

func hold(msg jetstream.Msg) (*heldMessage, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return nil, err
	}
	headers := map[string]string{}
	for name, values := range msg.Headers() {
		if len(values) > 0 && !publicationHeader.MatchString(name) {
			headers[name] = values[0]
		}
	}
	return &heldMessage{msg: msg, meta: meta, headers: headers, heldAt: time.Now()}, nil
}

// name tells this publication of this message from every other.
func (h *heldMessage) name(separator string) string {
	return fmt.Sprintf("%s%s%d%s%d", h.meta.Stream, separator, h.meta.Sequence.Stream, separator, h.meta.Timestamp.UnixMilli())
}

// once lets the first settlement through; a message that was disowned counts as settled.
func (h *heldMessage) once(act func() error) error {
	if !h.settled.CompareAndSwap(false, true) {
		return nil
	}
	return act()
}

func (h *heldMessage) ack() error { return h.once(h.msg.Ack) }
func (h *heldMessage) term(reason string) error {
	return h.once(func() error { return h.msg.TermWithReason(reason) })
}

// nak gives it back; the broker hands it out again after the delay, 0 is at once.
func (h *heldMessage) nak(delay time.Duration) error {
	return h.once(func() error {
		if delay <= 0 {
			return h.msg.Nak()
		}
		return h.msg.NakWithDelay(delay)
	})
}

func (h *heldMessage) working() {
	if !h.settled.Load() {
		// A closed connection is no reason to stop: the broker hands the message to others, which is right.
		_ = h.msg.InProgress()
	}
}

package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	eventv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/event/v1"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	failuresBucket = "FAILURES"
	// After the bucket was away it is left alone for a while: thousands of messages that fail together must not each wait for a time-out.
	bucketRest    = 5 * time.Second
	bucketTimeout = 2 * time.Second
	storeTimeout  = 5 * time.Second
	// A delay that a handler asks for by mistake must not park a message for ever.
	maxDelay = 24 * time.Hour
	// A validation of a hostile body can say as much as the body itself.
	maxDetailChars = 2000
)

// settler turns outcomes into acknowledgements, for one lane. Nothing else acknowledges.
type settler struct {
	js           jetstream.JetStream
	contract     Contract
	durable      string
	name         string
	log          *slog.Logger
	onDeadLetter func(letter *eventv1.DeadLettered)
	bucket       jetstream.KeyValue
	restUntil    atomic.Int64
}

func (s *settler) settle(held *heldMessage, outcome Outcome) {
	switch o := outcome.(type) {
	case Done, Skip:
		s.quietly(held.ack())
	case Defer:
		s.quietly(held.nak(clamp(o.After)))
	case Retry:
		s.fail(held, o.Reason, o.After)
	case Reject:
		s.bury(held, "rejected", o.Reason+": "+o.Detail, 0)
	default:
		s.fail(held, fmt.Sprintf("the handler returned %T, which is no outcome", outcome), 0)
	}
}

func (s *settler) fail(held *heldMessage, reason string, after time.Duration) {
	failures, counted := s.countFailure(held)
	if counted && failures >= int(s.contract.MaxFailures) {
		s.bury(held, "failures_spent", fmt.Sprintf("Handling failed %d times; the last time: %s", failures, reason), failures)
		return
	}
	if after <= 0 {
		attempt := failures
		if !counted {
			attempt = int(held.meta.NumDelivered)
		}
		after = fullJitter(attempt, s.contract.BackoffInitial, s.contract.BackoffMax)
	}
	s.quietly(held.nak(clamp(after)))
}

// countFailure counts one more in a bucket that all instances share. The broker's own count will not do, since waiting adds to it. Best
// effort: a failure that cannot be counted is not counted, and the message is tried again. Keys go by age.
func (s *settler) countFailure(held *heldMessage) (int, bool) {
	if time.Now().UnixNano() < s.restUntil.Load() {
		return 0, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), bucketTimeout)
	defer cancel()
	failures, err := s.addOne(ctx, held)
	if err != nil {
		s.log.Warn("failures cannot be counted", "err", err)
		s.restUntil.Store(time.Now().Add(bucketRest).UnixNano())
		return 0, false
	}
	return failures, true
}

func (s *settler) addOne(ctx context.Context, held *heldMessage) (int, error) {
	bucket, err := s.js.KeyValue(ctx, failuresBucket)
	if err != nil {
		return 0, err
	}
	before := 0
	// A message that was never handed out before cannot have failed before.
	if held.meta.NumDelivered > 1 {
		entry, err := bucket.Get(ctx, held.name("."))
		if err == nil {
			before, _ = strconv.Atoi(string(entry.Value()))
		} else if !errors.Is(err, jetstream.ErrKeyNotFound) {
			return 0, err
		}
	}
	_, err = bucket.Put(ctx, held.name("."), []byte(strconv.Itoa(before+1)))
	return before + 1, err
}

// bury stores the message as a dead letter, then takes it off its queue. If it cannot be stored, the message stays.
func (s *settler) bury(held *heldMessage, reason, detail string, failures int) {
	letter := s.deadLetter(held, reason, detail, failures)
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := Publish(ctx, s.js, letter, Meta{ID: letter.GetId(), Source: s.name, Traceparent: held.headers["traceparent"]}); err != nil {
		s.log.Error("a dead letter could not be stored; its message stays on the queue", "deadLetterId", letter.GetId(), "err", err)
		s.quietly(held.nak(fullJitter(int(held.meta.NumDelivered), s.contract.BackoffInitial, s.contract.BackoffMax)))
		return
	}
	s.quietly(held.term(reason))
	s.log.Warn("dead letter", "deadLetterId", letter.GetId(), "reason", reason, "subject", letter.GetSubject())
	if s.onDeadLetter != nil {
		s.onDeadLetter(letter)
	}
}

// deadLetter keeps a message whole. The same message gives the same id, so storing it twice is storing it once.
func (s *settler) deadLetter(held *heldMessage, reason, detail string, failures int) *eventv1.DeadLettered {
	agency := "unknown"
	if tokens := strings.Split(held.msg.Subject(), "."); len(tokens) > 4 && agencyToken.MatchString(tokens[4]) {
		agency = tokens[4]
	}
	if runes := []rune(strings.ToValidUTF8(detail, "\uFFFD")); len(runes) > maxDetailChars {
		detail = string(runes[:maxDetailChars])
	} else {
		detail = string(runes)
	}
	headers := make(map[string]string, len(held.headers))
	for name, value := range held.headers {
		headers[strings.ToValidUTF8(name, "\uFFFD")] = strings.ToValidUTF8(value, "\uFFFD")
	}
	return &eventv1.DeadLettered{
		Id: held.name(":"), AgencyId: agency, Stream: held.meta.Stream, Subject: strings.ToValidUTF8(held.msg.Subject(), "\uFFFD"),
		Durable: s.durable, MessageType: s.contract.TypeName, Reason: reason, Detail: detail, Headers: headers, Body: held.msg.Data(),
		Deliveries: uint32(held.meta.NumDelivered), Failures: uint32(failures), DeadLetteredAt: timestamppb.Now(), Worker: s.name,
	}
}

// quietly notes that a message could not be settled: the broker hands it out again after the ack wait, and the handler absorbs that.
func (s *settler) quietly(err error) {
	if err != nil {
		s.log.Warn("a message could not be settled", "err", err)
	}
}

func clamp(delay time.Duration) time.Duration { return min(max(delay, 0), maxDelay) }

// fullJitter is a random part of an exponentially growing span, so that callers that failed together do not come back together. The
// attempt counts from 1. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
func fullJitter(attempt int, initial, longest time.Duration) time.Duration {
	span := initial
	for ; attempt > 1 && span < longest; attempt-- {
		span *= 2
	}
	span = min(span, longest)
	return max(time.Millisecond, time.Duration(rand.Int64N(int64(span)+1)))
}

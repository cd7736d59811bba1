package worker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
)

const (
	// A request lives this long on the broker. Short, so that a drain never waits longer for messages on their way, and a consumer that was
	// resumed hands out within it; an idle lane costs half a request a second.
	requestLife = 2 * time.Second
	// Short, since a broker that is back should find its workers within seconds.
	troubleRestMax = 5 * time.Second
	apiTimeout     = 2 * time.Second
)

// lane pulls → batches → handles → settles. At most ConcurrentBatches are in work and PrefetchBatches' worth of messages wait. A free slot takes
// whatever waits, up to MaxBatch, and never lingers.
type lane[M proto.Message] struct {
	worker   *Worker[M]
	contract LaneContract
	settler  *settler
	log      *slog.Logger
	capacity int
	buffer   chan *heldMessage
	freed    chan struct{}

	mu      sync.Mutex
	held    map[*heldMessage]struct{}
	created time.Time
	ackWait time.Duration
	// Ends the heartbeat that runs; does nothing before the first.
	stopBeat context.CancelFunc
	trouble  error
}

// pull asks for messages, one request at a time, until ctx ends; what then still arrives goes back to the queue.
func (l *lane[M]) pull(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		consumer, err := l.find(ctx)
		if err == nil {
			failures = 0
			err = l.fetchAll(ctx, consumer)
		}
		if ctx.Err() != nil {
			return
		}
		failures++
		l.setTrouble(err)
		l.log.Warn("cannot pull", "failures", failures, "err", err)
		sleep(ctx, fullJitter(failures, 100*time.Millisecond, troubleRestMax))
	}
}

// find looks the durable up. One that was made anew (a wiped disk) makes what is held of the old one void: an acknowledgement could hit
// another message that got the same number.
func (l *lane[M]) find(ctx context.Context) (jetstream.Consumer, error) {
	if !l.worker.nc.IsConnected() {
		return nil, fmt.Errorf("%s: not connected", l.contract.Durable)
	}
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	consumer, err := l.worker.js.Consumer(ctx, l.worker.contract.Stream, l.contract.Durable)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.contract.Durable, err)
	}
	info := consumer.CachedInfo()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.created.IsZero() && !l.created.Equal(info.Created) {
		for message := range l.held {
			message.settled.Store(true)
		}
	}
	l.created, l.trouble = info.Created, nil
	// The broker's word counts: an operator may have changed it.
	if info.Config.AckWait != l.ackWait {
		l.ackWait = info.Config.AckWait
		l.rebeat()
	}
	return consumer, nil
}

// fetchAll pulls until something is wrong with the consumer or the connection.
func (l *lane[M]) fetchAll(ctx context.Context, consumer jetstream.Consumer) error {
	for ctx.Err() == nil {
		// Whenever a slot is free there is room for a whole batch, so asking in whole batches never lets a slot starve.
		free := l.capacity - l.holding()
		if free < l.contract.MaxBatch {
			select {
			case <-l.freed:
			case <-ctx.Done():
			}
			continue
		}
		if !l.worker.nc.IsConnected() {
			return fmt.Errorf("%s: disconnected", l.contract.Durable)
		}
		batch, err := consumer.Fetch(free, jetstream.FetchMaxWait(requestLife))
		if err != nil {
			return err
		}
		for msg := range batch.Messages() {
			l.receive(ctx, msg)
		}
		if err := batch.Error(); err != nil {
			return err
		}
	}
	return nil
}

func (l *lane[M]) receive(ctx context.Context, msg jetstream.Msg) {
	message, err := hold(msg)
	if err != nil {
		l.log.Error("a message without JetStream's reply subject", "err", err)
		return
	}
	if ctx.Err() != nil {
		l.settler.quietly(message.nak(0))
		return
	}
	l.mu.Lock()
	l.held[message] = struct{}{}
	l.mu.Unlock()
	// Never blocks: no more is asked for than there is room for.
	l.buffer <- message
}

// serve is one slot: it takes what waits and works on it, until the buffer is closed.
func (l *lane[M]) serve(ctx, work context.Context) {
	for message := range l.buffer {
		batch := []*heldMessage{message}
	fill:
		for len(batch) < l.contract.MaxBatch {
			select {
			case next, open := <-l.buffer:
				if !open {
					break fill
				}
				batch = append(batch, next)
			default:
				break fill
			}
		}
		if ctx.Err() != nil {
			for _, each := range batch {
				l.settler.quietly(each.nak(0))
			}
		} else {
			l.work(work, batch)
		}
		l.release(batch)
	}
}

func (l *lane[M]) release(batch []*heldMessage) {
	l.mu.Lock()
	for _, each := range batch {
		delete(l.held, each)
	}
	l.mu.Unlock()
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

func (l *lane[M]) work(ctx context.Context, batch []*heldMessage) {
	var items []*Item[M]
	var admitted []*heldMessage
	for _, message := range batch {
		item, refused, err := l.worker.admit(message)
		switch {
		case err != nil:
			// Rules that cannot be evaluated are our fault, not the message's: it is tried again, by a better release if need be.
			l.log.Error("a message could not be judged", "subject", message.msg.Subject(), "err", err)
			l.settler.settle(message, Retry{Reason: err.Error()})
		case refused != nil:
			l.worker.metrics.handled(l.worker.contract.Queue, l.contract.Name, "refused", 1)
			l.settler.bury(message, refused.reason, refused.detail, 0)
		default:
			items, admitted = append(items, item), append(admitted, message)
		}
	}
	if len(items) == 0 {
		return
	}
	started := time.Now()
	outcomes := l.handle(ctx, items)
	l.worker.metrics.batch(l.worker.contract.Queue, l.contract.Name, len(items), time.Since(started))
	for index, outcome := range outcomes {
		if outcome == nil {
			outcome = Retry{Reason: "the handler returned no outcome"}
		}
		l.worker.metrics.handled(l.worker.contract.Queue, l.contract.Name, outcome.kind(), 1)
		l.settler.settle(admitted[index], outcome)
	}
}

// handle calls the handler; a panic, or outcomes that do not fit, are a retry of all.
func (l *lane[M]) handle(ctx context.Context, items []*Item[M]) (outcomes []Outcome) {
	retryAll := func(reason string) {
		l.log.Error("a handler failed", "messages", len(items), "err", reason)
		outcomes = make([]Outcome, len(items))
		for index := range outcomes {
			outcomes[index] = Retry{Reason: reason}
		}
	}
	defer func() {
		if trouble := recover(); trouble != nil {
			retryAll(fmt.Sprint(trouble))
		}
	}()
	outcomes = l.worker.handle(ctx, items)
	if len(outcomes) != len(items) {
		retryAll(fmt.Sprintf("the handler returned %d outcomes for %d messages", len(outcomes), len(items)))
	}
	return outcomes
}

// beat tells the broker that somebody is still at it, each third of the ack wait. A message younger than a third needs no heartbeat, so fast
// work costs no traffic; the longest silence is two thirds.
func (l *lane[M]) beat(ctx context.Context) {
	for {
		l.mu.Lock()
		interval := max(time.Millisecond, l.ackWait/3)
		for message := range l.held {
			if l.worker.nc.IsConnected() && time.Since(message.heldAt) >= interval {
				message.working()
			}
		}
		l.mu.Unlock()
		if !sleep(ctx, interval) {
			return
		}
	}
}

// rebeat starts the heartbeat anew, with the ack wait that is known now. The caller holds the lock.
func (l *lane[M]) rebeat() {
	l.stopBeat()
	ctx, stop := context.WithCancel(context.Background())
	l.stopBeat = stop
	go l.beat(ctx)
}

// abandon ends the heartbeat: the broker may hand what is still held to others.
func (l *lane[M]) abandon() (unfinished int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopBeat()
	return len(l.held)
}

func (l *lane[M]) holding() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

func (l *lane[M]) setTrouble(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble = err
}

// sleep returns false when ctx ended first.
func sleep(ctx context.Context, duration time.Duration) bool {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

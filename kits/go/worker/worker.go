// Package worker lets a Go program take part in Fanfare: it pulls a task's messages, decodes and validates them by their contract, hands them
// to a function, and turns what the function returns into acknowledgements, as every other worker of the house does. Which stream, which
// durable consumers and which limits stands in the contract and nowhere else. README.md has the whole behaviour as a table.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"buf.build/go/protovalidate"
	eventv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/event/v1"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
)

const (
	// Kubernetes grants 30 s between SIGTERM and the kill; a batch is over long before.
	defaultDrainLimit = 20 * time.Second
	// What a handler gets after its context was cancelled, to finish or return.
	cancelGrace = 2 * time.Second
)

// Handler gets 1 to max_batch messages of one lane, commits its effects, and returns one outcome for each message in the same order. The same
// message may come twice, even in one batch: the handler absorbs it. Its context ends when a drain gives up waiting.
type Handler[M proto.Message] func(ctx context.Context, items []*Item[M]) []Outcome

// Each makes a handler out of a function for one message; a batch is worked off one after the other.
func Each[M proto.Message](handle func(ctx context.Context, item *Item[M]) Outcome) Handler[M] {
	return func(ctx context.Context, items []*Item[M]) []Outcome {
		outcomes := make([]Outcome, len(items))
		for index, item := range items {
			outcomes[index] = handle(ctx, item)
		}
		return outcomes
	}
}

// Options of a worker; all may be left out.
type Options struct {
	// Name says which program this is, for example exporter@host:1; it stands in dead letters. Default: the program and the host.
	Name string
	Log  *slog.Logger
	// Metrics counts what happens; nil counts nothing.
	Metrics *Metrics
	// ConcurrentBatches are in work at once per lane and instance; default 1.
	ConcurrentBatches int
	// PrefetchBatches may wait in memory per lane and instance; default 0, which suits slow, rare work.
	PrefetchBatches int
	// DrainLimit is how long running handlers get after the context ended; default 20 s.
	DrainLimit time.Duration
	// OnDeadLetter hears of every message that was given up on, after it was stored.
	OnDeadLetter func(letter *eventv1.DeadLettered)
}

// Worker takes one task's messages. Make it with New.
type Worker[M proto.Message] struct {
	nc        *nats.Conn
	js        jetstream.JetStream
	contract  Contract
	handle    Handler[M]
	options   Options
	validator protovalidate.Validator
	metrics   *Metrics
	lanes     []*lane[M]
}

// New prepares a worker for the task M, for example *workv1.ExportCustomers. It fails when M's type declares no work queue.
func New[M proto.Message](nc *nats.Conn, handle Handler[M], options Options) (*Worker[M], error) {
	var none M
	contract, err := ContractOf(none.ProtoReflect().Descriptor())
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	// Compiles the rules now, so that the first message does not wait for it.
	validator, err := protovalidate.New(protovalidate.WithMessages(none))
	if err != nil {
		return nil, fmt.Errorf("the validation rules of %s: %w", contract.TypeName, err)
	}
	w := &Worker[M]{nc: nc, js: js, contract: contract, handle: handle, options: withDefaults(options), validator: validator}
	w.metrics = w.options.Metrics
	for _, each := range contract.Lanes {
		log := w.options.Log.With("worker", w.options.Name, "durable", each.Durable)
		capacity := (w.options.ConcurrentBatches + w.options.PrefetchBatches) * each.MaxBatch
		w.lanes = append(w.lanes, &lane[M]{
			worker: w, contract: each, log: log, capacity: capacity, stopBeat: func() {}, trouble: errors.New(each.Durable + ": starting"),
			buffer: make(chan *heldMessage, capacity), freed: make(chan struct{}, 1), held: map[*heldMessage]struct{}{},
			settler: &settler{
				js: js, contract: contract, durable: each.Durable, name: w.options.Name, log: log,
				onDeadLetter: func(letter *eventv1.DeadLettered) {
					w.metrics.deadLetter(contract.Queue, each.Name, letter.GetReason())
					if w.options.OnDeadLetter != nil {
						w.options.OnDeadLetter(letter)
					}
				},
			},
		})
	}
	return w, nil
}

func withDefaults(o Options) Options {
	if o.Name == "" {
		host, _ := os.Hostname()
		o.Name = fmt.Sprintf("worker@%s:%d", host, os.Getpid())
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.DrainLimit == 0 {
		o.DrainLimit = defaultDrainLimit
	}
	o.ConcurrentBatches = max(1, o.ConcurrentBatches)
	o.PrefetchBatches = max(0, o.PrefetchBatches)
	return o
}

// Run works on every lane of the contract until ctx ends (see SignalContext), then drains: it asks for no more, gives back what waits so that
// another instance takes it at once, and lets running handlers finish and be settled. It survives a broker that is away for any time. What is
// unfinished when the drain limit is over, the broker hands out again after the ack wait; the error says how much that is.
func (w *Worker[M]) Run(ctx context.Context) error {
	work, cancelWork := context.WithCancel(context.WithoutCancel(ctx))
	defer cancelWork()
	var busy sync.WaitGroup
	for _, l := range w.lanes {
		for range w.options.ConcurrentBatches {
			busy.Go(func() { l.serve(ctx, work) })
		}
		busy.Go(func() {
			l.pull(ctx)
			close(l.buffer)
		})
	}
	idle := make(chan struct{})
	go func() {
		busy.Wait()
		close(idle)
	}()
	<-ctx.Done()
	if !within(idle, w.options.DrainLimit) {
		cancelWork()
		within(idle, cancelGrace)
	}
	unfinished := 0
	for _, l := range w.lanes {
		unfinished += l.abandon()
	}
	if !w.nc.IsClosed() {
		_ = w.nc.FlushTimeout(cancelGrace)
	}
	w.options.Log.Info("drained", "unfinished", unfinished)
	if unfinished > 0 {
		return fmt.Errorf("drained with %d unfinished messages; the broker hands them out again", unfinished)
	}
	return nil
}

// Ready says whether every lane gets messages, or would if there were any; the error says why not.
func (w *Worker[M]) Ready() error {
	var troubles []error
	for _, l := range w.lanes {
		l.mu.Lock()
		troubles = append(troubles, l.trouble)
		l.mu.Unlock()
	}
	return errors.Join(troubles...)
}

func (w *Worker[M]) newMessage() M {
	var none M
	return none.ProtoReflect().New().Interface().(M)
}

func within(done <-chan struct{}, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

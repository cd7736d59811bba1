// The consume loop of customer-sender in Go, without the kit: pull, work in batches, acknowledge. It shares the durable of one lane with the
// TypeScript loop, and writes down each delivery that it handled and how many messages it held when.
//
//	mixed-consumer <lane> <milliseconds of work a batch> <report file>
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	optionsv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/options/v1"
	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sys/unix"
	"google.golang.org/protobuf/proto"
)

const (
	// As customer-sender: four batches in work, one waiting.
	concurrentBatches = 4
	prefetchBatches   = 1
	// Short, so that an end does not wait for a request.
	requestLife = time.Second
)

// report is what the suite adds up. Times are nanoseconds of the machine's monotonic clock, so that two processes can be laid side by side.
type report struct {
	mu       sync.Mutex
	Handled  []uint32   `json:"handled"`
	InFlight [][2]int64 `json:"inFlight"`
}

func (r *report) held(change int) {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.InFlight = append(r.InFlight, [2]int64{now.Nano(), int64(change)})
}

func (r *report) handled(sequence uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Handled = append(r.Handled, sequence)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	lane, workMs, file, err := arguments()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	nc, err := nats.Connect(os.Getenv("NATS_URL"), nats.MaxReconnects(-1))
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	queue := proto.GetExtension((*workv1.SendBlastToCustomer)(nil).ProtoReflect().Descriptor().Options(), optionsv1.E_Work).(*optionsv1.WorkQueue)
	consumer, err := js.Consumer(ctx, queue.GetStream(), queue.GetDurable()+"-"+lane)
	if err != nil {
		return err
	}
	maxBatch := 0
	for _, each := range queue.GetLanes() {
		maxBatch = max(maxBatch, int(each.GetMaxBatch()))
	}

	said := &report{}
	waiting := make(chan jetstream.Msg, (concurrentBatches+prefetchBatches)*maxBatch)
	freed := make(chan struct{}, 1)
	var slots sync.WaitGroup
	for range concurrentBatches {
		slots.Go(func() { serve(ctx, said, waiting, freed, maxBatch, time.Duration(workMs)*time.Millisecond) })
	}
	err = pull(ctx, consumer, said, waiting, freed)
	close(waiting)
	slots.Wait()
	if err != nil {
		return err
	}
	if err := nc.Flush(); err != nil {
		return err
	}
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

func arguments() (lane string, workMs int, file string, err error) {
	if len(os.Args) != 4 {
		return "", 0, "", errors.New("usage: mixed-consumer <lane> <milliseconds of work a batch> <report file>")
	}
	workMs, err = strconv.Atoi(os.Args[2])
	return os.Args[1], workMs, os.Args[3], err
}

// pull asks for as many as there is room for, one request at a time.
func pull(ctx context.Context, consumer jetstream.Consumer, said *report, waiting chan jetstream.Msg, freed chan struct{}) error {
	for ctx.Err() == nil {
		free := cap(waiting) - len(waiting)
		if free == 0 {
			select {
			case <-freed:
			case <-ctx.Done():
			}
			continue
		}
		batch, err := consumer.Fetch(free, jetstream.FetchMaxWait(requestLife))
		if err != nil {
			return err
		}
		for msg := range batch.Messages() {
			said.held(1)
			waiting <- msg
		}
		if err := batch.Error(); err != nil {
			return err
		}
	}
	return nil
}

// serve is one slot: it takes what waits, up to a batch, works on it, and acknowledges each.
func serve(ctx context.Context, said *report, waiting chan jetstream.Msg, freed chan struct{}, maxBatch int, work time.Duration) {
	for msg := range waiting {
		batch := []jetstream.Msg{msg}
	fill:
		for len(batch) < maxBatch {
			select {
			case next, open := <-waiting:
				if !open {
					break fill
				}
				batch = append(batch, next)
			default:
				break fill
			}
		}
		select {
		case freed <- struct{}{}:
		default:
		}
		ending := ctx.Err() != nil
		if !ending {
			time.Sleep(work)
		}
		for _, each := range batch {
			order := &workv1.SendBlastToCustomer{}
			settle := each.Ack
			switch err := proto.Unmarshal(each.Data(), order); {
			case ending:
				settle = each.Nak
			case err != nil:
				settle = each.Term
			default:
				said.handled(order.GetDelivery().GetSequence())
			}
			// Counted down before the word leaves, so that the sum over all processes is never more than what the broker counts.
			said.held(-1)
			if err := settle(); err != nil {
				fmt.Fprintln(os.Stderr, "a message could not be settled:", err)
			}
		}
	}
}

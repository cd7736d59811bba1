// The Go worker that `make conformance` judges: the contract's task, on the kit.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"time"

	testingv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/testing/v1"
	"github.com/fanfare-mail/fanfare/kits/go/worker"
	"github.com/nats-io/nats.go/jetstream"
)

const concurrent = 4

func main() {
	if err := run(worker.SignalContext()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	log := worker.NewLog("conformance", "info")
	nc, err := worker.Connect(os.Getenv("NATS_URL"), "conformance", log)
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	name := fmt.Sprintf("conformance@%s:%d", host, os.Getpid())

	report := func(ctx context.Context, item *worker.Item[*testingv1.ConformanceTask], step testingv1.ConformanceStep, id string) error {
		fact := &testingv1.ConformanceReported{
			AgencyId: item.Message.GetAgencyId(), IdempotencyKey: item.Message.GetIdempotencyKey(), Step: step, Worker: name,
		}
		return worker.Publish(ctx, js, fact, worker.Meta{ID: id, Source: name, Traceparent: item.Traceparent})
	}
	handle := func(ctx context.Context, item *worker.Item[*testingv1.ConformanceTask]) worker.Outcome {
		task := item.Message
		if err := report(ctx, item, testingv1.ConformanceStep_CONFORMANCE_STEP_BEGAN, rand.Text()); err != nil {
			return worker.Retry{Reason: err.Error()}
		}
		switch task.GetAction() {
		case testingv1.ConformanceAction_CONFORMANCE_ACTION_FAIL:
			panic("told to fail")
		case testingv1.ConformanceAction_CONFORMANCE_ACTION_REJECT:
			return worker.Reject{Reason: "told_to", Detail: "the task says so"}
		case testingv1.ConformanceAction_CONFORMANCE_ACTION_DEFER:
			if item.HandedOut <= 5 {
				return worker.Defer{Reason: "told to", After: 100 * time.Millisecond}
			}
		}
		time.Sleep(time.Duration(task.GetWorkMs()) * time.Millisecond)
		id := fmt.Sprintf("%s:%s:done", task.GetAgencyId(), task.GetIdempotencyKey())
		if err := report(ctx, item, testingv1.ConformanceStep_CONFORMANCE_STEP_DONE, id); err != nil {
			return worker.Retry{Reason: err.Error()}
		}
		return worker.Done{}
	}

	w, err := worker.New(nc, worker.Each(handle), worker.Options{Name: name, Log: log, ConcurrentBatches: concurrent})
	if err != nil {
		return err
	}
	return w.Run(ctx)
}

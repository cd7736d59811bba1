// The exporter: takes ExportCustomers, pages through the API, and writes a file. One of the less important tasks: it is never in the way.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"connectrpc.com/connect"
	apiv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1"
	"github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1/apiv1connect"
	eventv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/event/v1"
	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"github.com/fanfare-mail/fanfare/kits/go/worker"
	"github.com/fanfare-mail/fanfare/services/exporter/internal/export"
	"github.com/fanfare-mail/fanfare/services/exporter/internal/store"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
)

// A page is there within a second; a database gives up a statement after 30 s.
const callTimeout = time.Minute

func main() {
	if err := run(worker.SignalContext()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	config, err := readConfig(os.LookupEnv)
	if err != nil {
		return err
	}
	log := worker.NewLog("exporter", config.logLevel)
	files, err := store.Open(config.store)
	if err != nil {
		return fmt.Errorf("FANFARE_EXPORT_STORE: %w", err)
	}
	nc, err := worker.Connect(config.natsURL, "exporter", log)
	if err != nil {
		return fmt.Errorf("NATS_URL: %w", err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	name := fmt.Sprintf("exporter@%s:%d", host, os.Getpid())
	client := &http.Client{Timeout: callTimeout}
	service := apiv1connect.NewExportWorkerServiceClient(client, config.apiURL, withKey(config.key))
	exporter := &export.Exporter{
		Worker: service, HTTP: client, APIURL: config.apiURL, Store: files, PartBytes: config.partBytes, Name: name, Log: log, Stopping: ctx.Done(),
		Progressed: func(p export.Progress) { announce(ctx, js, log, name, p) },
	}
	metrics := worker.NewMetrics()
	w, err := worker.New(nc, worker.Each(exporter.Handle), worker.Options{Name: name, Log: log, Metrics: metrics, OnDeadLetter: func(letter *eventv1.DeadLettered) {
		if err := giveUp(ctx, service, letter); err != nil {
			log.Warn("a failed export could not be marked", "deadLetterId", letter.GetId(), "err", err)
		}
	}})
	if err != nil {
		return err
	}
	if err := worker.ServeHealth(ctx, config.host, config.healthPort, w.Ready, metrics, log); err != nil {
		return err
	}
	go tend(ctx, service, files, log)
	return w.Run(ctx)
}

func withKey(key string) connect.Option {
	return connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
			request.Header().Set("authorization", "Bearer "+key)
			return next(ctx, request)
		}
	}))
}

// giveUp marks the export of a dead letter as failed, so that whoever waits for it hears of it.
func giveUp(ctx context.Context, service apiv1connect.ExportWorkerServiceClient, letter *eventv1.DeadLettered) error {
	order := &workv1.ExportCustomers{}
	if letter.GetReason() != "failures_spent" && letter.GetReason() != "rejected" || proto.Unmarshal(letter.GetBody(), order) != nil {
		return nil
	}
	begun, err := service.BeginExport(ctx, connect.NewRequest(&apiv1.BeginExportRequest{AgencyId: order.GetAgencyId(), IdempotencyKey: order.GetIdempotencyKey(), Worker: letter.GetWorker()}))
	if connect.CodeOf(err) == connect.CodeNotFound && err != nil || err == nil && begun.Msg.GetAttempt() == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = service.FailExport(ctx, connect.NewRequest(&apiv1.FailExportRequest{
		AgencyId: order.GetAgencyId(), ExportId: begun.Msg.GetExport().GetId(), Attempt: begun.Msg.GetAttempt(), Failure: firstChars(letter.GetDetail(), 1000),
	}))
	return err
}

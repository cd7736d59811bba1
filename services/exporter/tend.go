package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"connectrpc.com/connect"
	apiv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1"
	"github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1/apiv1connect"
	eventv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/event/v1"
	"github.com/fanfare-mail/fanfare/kits/go/worker"
	"github.com/fanfare-mail/fanfare/services/exporter/internal/export"
	"github.com/fanfare-mail/fanfare/services/exporter/internal/store"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	// The API looks for exports that were quiet for ten minutes.
	reviveEvery = time.Minute
	sweepEvery  = time.Hour
	// The API promises a week; a day more for whoever is at it.
	keepFiles       = 8 * 24 * time.Hour
	announceTimeout = 2 * time.Second
)

// tend has lost exports called again, and removes old files, until ctx ends.
func tend(ctx context.Context, service apiv1connect.ExportWorkerServiceClient, files store.Store, log *slog.Logger) {
	revive, sweep := time.NewTicker(reviveEvery), time.NewTicker(sweepEvery)
	defer revive.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-revive.C:
			if _, err := service.ReviveExports(ctx, connect.NewRequest(&apiv1.ReviveExportsRequest{})); err != nil {
				log.Warn("lost exports cannot be called again", "err", err)
			}
		case <-sweep.C:
			if err := files.Sweep(ctx, keepFiles); err != nil {
				log.Warn("old files could not be removed", "err", err)
			}
		}
	}
}

// announce publishes how far an export is. Nothing depends on it: a part is safe whether or not anybody hears so.
func announce(ctx context.Context, js jetstream.JetStream, log *slog.Logger, name string, p export.Progress) {
	ctx, cancel := context.WithTimeout(ctx, announceTimeout)
	defer cancel()
	fact := &eventv1.ExportProgressed{AgencyId: p.AgencyID, ExportId: p.ExportID, Rows: p.Rows, Bytes: p.Bytes, ProgressedAt: timestamppb.Now()}
	id := fmt.Sprintf("%s:progressed:%d:%d", p.ExportID, p.Attempt, p.Bytes)
	if err := worker.Publish(ctx, js, fact, worker.Meta{ID: id, Source: name, Traceparent: p.Traceparent}); err != nil {
		log.Warn("progress was not announced", "err", err)
	}
}

func firstChars(text string, count int) string {
	if runes := []rune(text); len(runes) > count {
		return string(runes[:count])
	}
	return text
}

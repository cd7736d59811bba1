package export

import (
	"context"
	"errors"
	"time"

	"connectrpc.com/connect"
	apiv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1"
	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"github.com/fanfare-mail/fanfare/kits/go/worker"
)

// An API or database that is away for longer is asked again as often as this; nobody is in a hurry.
const awayRest = 10 * time.Second

// Handle works off one message.
func (e *Exporter) Handle(ctx context.Context, item *worker.Item[*workv1.ExportCustomers]) worker.Outcome {
	started := time.Now()
	worked, err := e.Run(ctx, item.Message, item.Traceparent)
	log := e.Log.With("agency", item.Message.GetAgencyId(), "key", item.Message.GetIdempotencyKey(), "seconds", time.Since(started).Seconds())
	outcome := outcomeOf(worked, err)
	switch {
	case err != nil:
		log.Warn("an export stopped", "err", err)
	case worked:
		log.Info("an export is complete")
	}
	return outcome
}

func outcomeOf(worked bool, err error) worker.Outcome {
	reason := reasonOf(err)
	switch {
	case err == nil && worked:
		return worker.Done{}
	case err == nil:
		return worker.Skip{Reason: "complete already"}
	case reason == "taken_over":
		return worker.Skip{Reason: reason}
	case errors.Is(err, ErrStopping), errors.Is(err, context.Canceled):
		return worker.Defer{Reason: "stopping"}
	}
	switch connect.CodeOf(err) {
	case connect.CodeUnavailable, connect.CodeDeadlineExceeded, connect.CodeAborted, connect.CodeCanceled:
		return worker.Defer{Reason: err.Error(), After: awayRest}
	case connect.CodeNotFound:
		// Nobody asked for it, or its blast or list is gone: no later try will find it.
		return worker.Reject{Reason: reason, Detail: err.Error()}
	default:
		// A key or token that is refused may be a rotation under way; a disk may be cleared.
		return worker.Retry{Reason: err.Error()}
	}
}

// reasonOf finds the API's stable reason in an error; empty when it has none.
func reasonOf(err error) string {
	var failure *connect.Error
	if !errors.As(err, &failure) {
		return ""
	}
	for _, detail := range failure.Details() {
		if value, err := detail.Value(); err == nil {
			if info, ok := value.(*apiv1.ErrorInfo); ok {
				return info.GetReason()
			}
		}
	}
	return ""
}

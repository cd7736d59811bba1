package export

import (
	"context"
	"errors"
	"testing"

	"connectrpc.com/connect"
	apiv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/api/v1"
	"github.com/fanfare-mail/fanfare/kits/go/worker"
)

func failure(code connect.Code, reason string) error {
	err := connect.NewError(code, errors.New("it says so"))
	detail, _ := connect.NewErrorDetail(&apiv1.ErrorInfo{Reason: reason})
	err.AddDetail(detail)
	return err
}

func TestWhatBecomesOfAMessage(t *testing.T) {
	for name, each := range map[string]struct {
		worked bool
		err    error
		want   worker.Outcome
	}{
		"written":                   {worked: true, want: worker.Done{}},
		"was written before":        {want: worker.Skip{}},
		"another exporter has it":   {err: failure(connect.CodeFailedPrecondition, "taken_over"), want: worker.Skip{}},
		"nobody asked for it":       {err: failure(connect.CodeNotFound, "unknown_export"), want: worker.Reject{}},
		"the API is away":           {err: failure(connect.CodeUnavailable, ""), want: worker.Defer{}},
		"the program stops":         {err: ErrStopping, want: worker.Defer{}},
		"the drain gave up waiting": {err: context.Canceled, want: worker.Defer{}},
		"the disk is full":          {err: errors.New("no space left on device"), want: worker.Retry{}},
		"a key is refused":          {err: failure(connect.CodeUnauthenticated, "unknown_api_key"), want: worker.Retry{}},
	} {
		got := outcomeOf(each.worked, each.err)
		same := false
		switch each.want.(type) {
		case worker.Done:
			_, same = got.(worker.Done)
		case worker.Skip:
			_, same = got.(worker.Skip)
		case worker.Reject:
			_, same = got.(worker.Reject)
		case worker.Defer:
			_, same = got.(worker.Defer)
		case worker.Retry:
			_, same = got.(worker.Retry)
		}
		if !same {
			t.Errorf("%s: %T, not %T", name, got, each.want)
		}
	}
}

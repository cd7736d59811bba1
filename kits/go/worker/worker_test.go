package worker

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
)

type item = Item[*workv1.ExportCustomers]

func encoded(t *testing.T, message proto.Message) []byte {
	t.Helper()
	body, err := proto.Marshal(message)
	must(t, err)
	return body
}

func TestContractIsReadFromTheTypesOwnOptions(t *testing.T) {
	t.Parallel()
	contract, err := ContractOf((*workv1.SendBlastToCustomer)(nil).ProtoReflect().Descriptor())
	must(t, err)
	if contract.Stream != "WORK_CUSTOMER" || contract.AckWait != time.Minute || contract.MaxFailures != 10 || len(contract.Lanes) != 3 {
		t.Errorf("got %+v", contract)
	}
	if lane := contract.Lanes[0]; lane.Durable != "customer-sender-urgent" || lane.MaxBatch != 100 {
		t.Errorf("got %+v", lane)
	}
	if _, err := ContractOf((*workv1.Content)(nil).ProtoReflect().Descriptor()); err == nil {
		t.Error("a type without the option must be refused")
	}
}

func TestWhatAMessageBecomes(t *testing.T) {
	t.Parallel()
	valid := encoded(t, order("k"))
	invalid := encoded(t, &workv1.ExportCustomers{AgencyId: "no id"})
	elsewhere := order("k")
	elsewhere.AgencyId = strings.Replace(agencyID, "1", "2", 1)
	unknownField := append(encoded(t, order("k")), 0xf8, 0x3f, 0x01)
	json := fmt.Sprintf(`{"agencyId":%q,"lane":"LANE_BULK","idempotencyKey":"k","subject":1,"format":1}`, agencyID)
	protobuf := map[string]string{"ce-datacontenttype": "application/protobuf"}
	for name, each := range map[string]struct {
		body    []byte
		headers map[string]string
		reason  string
	}{
		"protobuf without headers":                   {body: valid},
		"an unknown field is a newer contract":       {body: unknownField},
		"JSON by hand":                               {body: []byte(json)},
		"JSON by content type, however it is spelt":  {body: []byte(json), headers: map[string]string{"Content-Type": "Application/JSON; charset=utf-8"}},
		"an unknown field in JSON is a typing error": {body: []byte(strings.Replace(json, "{", `{"lain":1,`, 1)), reason: "undecodable"},
		"JSON that says it is protobuf":              {body: []byte(json), headers: protobuf, reason: "undecodable"},
		"noise":                                      {body: []byte{0xff, 0xff}, reason: "undecodable"},
		"another type":                               {body: valid, headers: map[string]string{"ce-type": "fanfare.work.v1.Other"}, reason: "undecodable"},
		"a broken rule":                              {body: invalid, reason: "invalid"},
		"another agency than the subject's":          {body: encoded(t, elsewhere), reason: "invalid"},
		"more bytes than the contract allows":        {body: make([]byte, 65_537), reason: "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBed(t, time.Minute)
			var handled atomic.Int32
			b.start(func(context.Context, *item) Outcome { handled.Add(1); return Done{} }, 1)
			headers := map[string]string{"Nats-Msg-Id": "m", "x-mine": "kept"}
			maps.Copy(headers, each.headers)
			b.publish(each.body, headers)
			b.until("off the queue", func() bool { return b.waiting() == 0 })
			letters := b.letters()
			if each.reason == "" {
				if handled.Load() != 1 || len(letters) != 0 {
					t.Fatalf("handled %d times, dead letters %v", handled.Load(), letters)
				}
				return
			}
			if handled.Load() != 0 || len(letters) != 1 || letters[0].GetReason() != each.reason {
				t.Fatalf("handled %d times, dead letters %v, wanted one for %s", handled.Load(), letters, each.reason)
			}
			if letter := letters[0]; string(letter.GetBody()) != string(each.body) || letter.GetHeaders()["x-mine"] != "kept" || letter.GetAgencyId() != agencyID ||
				letter.GetDurable() != "exporter-bulk" || letter.GetWorker() != "tester@here" || !strings.HasPrefix(letter.GetId(), "WORK_EXPORT:1:") {
				t.Errorf("the dead letter is not whole: %v", letter)
			}
		})
	}
}

func TestRetriesAreCountedAndWaitingIsNot(t *testing.T) {
	t.Parallel()
	b := newBed(t, time.Minute)
	var calls atomic.Int32
	b.start(func(context.Context, *item) Outcome {
		// The broker's count rises with each; only every second is a failure, a panic among them.
		switch call := calls.Add(1); {
		case call%2 == 1:
			return Defer{Reason: "not now"}
		case call == 4:
			panic("the handler fell over")
		default:
			return Retry{Reason: "again", After: time.Millisecond}
		}
	}, 1)
	must(t, Publish(t.Context(), b.js, order("k"), Meta{Source: "test"}))
	b.until("given up", func() bool { return len(b.letters()) == 1 })
	letter := b.letters()[0]
	if letter.GetReason() != "failures_spent" || letter.GetFailures() != 5 || calls.Load() != 10 {
		t.Errorf("after %d calls: %v", calls.Load(), letter)
	}
	if key := letter.GetHeaders()["Nats-Msg-Id"]; key != agencyID+":k" {
		t.Errorf("Nats-Msg-Id is %q", key)
	}
	b.until("off the queue", func() bool { return b.waiting() == 0 })
}

func TestRejectedIsStoredBeforeItIsTakenOff(t *testing.T) {
	t.Parallel()
	b := newBed(t, time.Minute)
	// Without its stream a dead letter cannot be stored, so the message must stay.
	must(t, b.js.DeleteStream(t.Context(), "DEAD_LETTER"))
	var calls atomic.Int32
	b.start(func(context.Context, *item) Outcome { calls.Add(1); return Reject{"unknown_export", "nobody asked"} }, 1)
	must(t, Publish(t.Context(), b.js, order("k"), Meta{Source: "test"}))
	b.until("tried again", func() bool { return calls.Load() > 1 })
	if b.waiting() != 1 {
		t.Error("the message was taken off without a dead letter")
	}
	_, err := b.js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "DEAD_LETTER", Subjects: []string{"fanfare.event.message.dead_lettered.*"}})
	must(t, err)
	b.until("off the queue", func() bool { return b.waiting() == 0 })
	if letter := b.letters()[0]; letter.GetDetail() != "unknown_export: nobody asked" {
		t.Errorf("got %v", letter)
	}
}

func TestSlowWorkIsHandedOutOnce(t *testing.T) {
	t.Parallel()
	b := newBed(t, 300*time.Millisecond)
	var calls atomic.Int32
	b.start(func(ctx context.Context, _ *item) Outcome {
		calls.Add(1)
		sleep(ctx, time.Second)
		return Done{}
	}, 2)
	must(t, Publish(t.Context(), b.js, order("k"), Meta{Source: "test"}))
	b.until("off the queue", func() bool { return b.waiting() == 0 })
	if calls.Load() != 1 {
		t.Errorf("handed out %d times", calls.Load())
	}
}

func TestDrainFinishesWhatRunsAndGivesBackTheRest(t *testing.T) {
	t.Parallel()
	b := newBed(t, time.Minute)
	entered, release := make(chan string, 10), make(chan struct{})
	drain := b.start(func(_ context.Context, it *item) Outcome {
		entered <- it.Message.GetIdempotencyKey()
		<-release
		return Done{}
	}, 1)
	for index := range 5 {
		must(t, Publish(t.Context(), b.js, order(fmt.Sprint(index)), Meta{Source: "test"}))
	}
	<-entered
	ended := make(chan error)
	go func() { ended <- drain() }()
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	must(t, <-ended)
	b.until("one done", func() bool { return b.waiting() == 4 })
	// What went back is there at once for another instance, not after the ack wait.
	b.start(func(context.Context, *item) Outcome { return Done{} }, 1)
	b.until("all done", func() bool { return b.waiting() == 0 })
}

func TestATraceGoesOnAndHeadersAreCloudEvents(t *testing.T) {
	t.Parallel()
	b := newBed(t, time.Minute)
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	got := make(chan item, 1)
	b.start(func(_ context.Context, it *item) Outcome { got <- *it; return Done{} }, 1)
	must(t, Publish(t.Context(), b.js, order("ä b"), Meta{Source: "a program", Traceparent: trace}))
	it := <-got
	if it.Traceparent != trace || it.MessageID != agencyID+":%C3%A4%20b" || it.HandedOut != 1 {
		t.Errorf("got %+v", it)
	}
	envelope, err := Envelope(order("k"), Meta{Source: "a program"})
	must(t, err)
	for name, want := range map[string]string{"ce-specversion": "1.0", "ce-id": agencyID + ":k", "ce-type": "fanfare.work.v1.ExportCustomers", "ce-source": "a%20program"} {
		if got := envelope.Header[name][0]; got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if !traceparentPattern.MatchString(envelope.Header["traceparent"][0]) {
		t.Error("no trace begins")
	}
}

func TestAWipedBrokerIsNotTakenForTheOldOne(t *testing.T) {
	t.Parallel()
	b := newBed(t, time.Minute)
	var calls sync.Map
	entered, release := make(chan struct{}, 10), make(chan struct{})
	b.start(func(_ context.Context, it *item) Outcome {
		calls.Store(it.Message.GetIdempotencyKey(), true)
		entered <- struct{}{}
		<-release
		return Done{}
	}, 1)
	must(t, Publish(t.Context(), b.js, order("old"), Meta{Source: "test"}))
	<-entered
	for _, name := range []string{"WORK_EXPORT", "DEAD_LETTER", "KV_FAILURES"} {
		must(t, b.js.DeleteStream(t.Context(), name))
	}
	b.makeStreams()
	must(t, Publish(t.Context(), b.js, order("new"), Meta{Source: "test"}))
	close(release)
	b.until("the new one done", func() bool { _, done := calls.Load("new"); return done && b.waiting() == 0 })
}

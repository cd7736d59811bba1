package worker

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	eventv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/event/v1"
	optionsv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/options/v1"
	workv1 "github.com/fanfare-mail/fanfare/gen/go/fanfare/work/v1"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/proto"
)

const (
	agencyID = "0197a3c4-0000-7000-8000-000000000001"
	subject  = "fanfare.work.export.bulk." + agencyID
	patience = 10 * time.Second
)

// bed is a broker of its own with the streams that a worker of ExportCustomers needs.
type bed struct {
	*testing.T
	nc      *nats.Conn
	js      jetstream.JetStream
	ackWait time.Duration
}

func newBed(t *testing.T, ackWait time.Duration) *bed {
	t.Helper()
	broker, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true})
	must(t, err)
	broker.Start()
	t.Cleanup(broker.Shutdown)
	if !broker.ReadyForConnections(patience) {
		t.Fatal("the broker does not start")
	}
	nc, err := nats.Connect(broker.ClientURL())
	must(t, err)
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	must(t, err)
	b := &bed{T: t, nc: nc, js: js, ackWait: ackWait}
	b.makeStreams()
	return b
}

func (b *bed) makeStreams() {
	b.Helper()
	ctx := b.Context()
	for name, subjects := range map[string]string{"WORK_EXPORT": "fanfare.work.export.*.*", "DEAD_LETTER": "fanfare.event.message.dead_lettered.*"} {
		config := jetstream.StreamConfig{Name: name, Subjects: []string{subjects}}
		if name == "WORK_EXPORT" {
			config.Retention = jetstream.WorkQueuePolicy
		}
		_, err := b.js.CreateStream(ctx, config)
		must(b.T, err)
	}
	_, err := b.js.CreateConsumer(ctx, "WORK_EXPORT", jetstream.ConsumerConfig{
		Durable: "exporter-bulk", FilterSubject: "fanfare.work.export.bulk.*", AckPolicy: jetstream.AckExplicitPolicy, AckWait: b.ackWait, MaxAckPending: 100,
	})
	must(b.T, err)
	_, err = b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "FAILURES"})
	must(b.T, err)
}

// start runs a worker until the returned function drains it.
func (b *bed) start(handle func(context.Context, *Item[*workv1.ExportCustomers]) Outcome, concurrent int) (drain func() error) {
	b.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	w, err := New(b.nc, Each(handle), Options{Name: "tester@here", Log: quiet, ConcurrentBatches: concurrent, Metrics: NewMetrics()})
	must(b.T, err)
	w.contract.BackoffInitial, w.contract.BackoffMax = time.Millisecond, 3*time.Millisecond
	for _, l := range w.lanes {
		l.settler.contract = w.contract
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	drain = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	b.Cleanup(func() { _ = drain() })
	b.until("ready", func() bool { return w.Ready() == nil })
	return drain
}

func order(key string) *workv1.ExportCustomers {
	return &workv1.ExportCustomers{
		AgencyId: agencyID, Lane: optionsv1.Lane_LANE_BULK, IdempotencyKey: key,
		Subject: workv1.ExportSubject_EXPORT_SUBJECT_CUSTOMERS, Format: workv1.ExportFormat_EXPORT_FORMAT_CSV,
	}
}

// publish puts bytes on the queue as they are.
func (b *bed) publish(body []byte, headers map[string]string) {
	b.Helper()
	msg := nats.NewMsg(subject)
	msg.Data = body
	for name, value := range headers {
		msg.Header[name] = []string{value}
	}
	_, err := b.js.PublishMsg(b.Context(), msg)
	must(b.T, err)
}

func (b *bed) waiting() uint64 {
	b.Helper()
	stream, err := b.js.Stream(b.Context(), "WORK_EXPORT")
	must(b.T, err)
	return stream.CachedInfo().State.Msgs
}

func (b *bed) letters() []*eventv1.DeadLettered {
	b.Helper()
	stream, err := b.js.Stream(b.Context(), "DEAD_LETTER")
	must(b.T, err)
	var letters []*eventv1.DeadLettered
	for sequence := uint64(1); sequence <= stream.CachedInfo().State.LastSeq; sequence++ {
		raw, err := stream.GetMsg(b.Context(), sequence)
		must(b.T, err)
		letter := &eventv1.DeadLettered{}
		must(b.T, proto.Unmarshal(raw.Data, letter))
		letters = append(letters, letter)
	}
	return letters
}

// until waits for a condition, with a bound.
func (b *bed) until(what string, holds func() bool) {
	b.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("not %s after %s", what, patience)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

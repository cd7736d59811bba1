package worker

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Probes and scrapes send no bodies; anything slower than this is no probe.
const probeTimeout = 5 * time.Second

// A name that cannot stand in a subject is of another house, whose broker allows the usual inbox.
var userToken = regexp.MustCompile(`^[\w-]+$`)

// SignalContext ends at SIGTERM or SIGINT; a second one ends the program at once.
func SignalContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(1)
	}()
	return ctx
}

// NewLog writes lines of JSON to standard output from a level on: debug, info, warn or error.
func NewLog(service, level string) *slog.Logger {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		least = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: least})).With("service", service)
}

// Connect connects to NATS for ever: also a broker that is away at the start is waited for. The URL may carry user:password; answers then come
// to _INBOX.<user>, the only inbox that a user of the house may read.
func Connect(servers, name string, log *slog.Logger) (*nats.Conn, error) {
	return nats.Connect(servers, inboxOf(servers), nats.Name(name), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true), nats.ReconnectWait(time.Second),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { log.Warn("NATS is away", "err", err) }),
		nats.ReconnectHandler(func(*nats.Conn) { log.Info("NATS is back") }),
	)
}

func inboxOf(servers string) nats.Option {
	for _, each := range strings.Split(servers, ",") {
		at, err := url.Parse(strings.TrimSpace(each))
		if err == nil && at.User != nil && userToken.MatchString(at.User.Username()) {
			return nats.CustomInboxPrefix("_INBOX." + at.User.Username())
		}
	}
	return nats.CustomInboxPrefix("_INBOX")
}

// Metrics are the figures that every worker of the house reports, under the same names. A nil *Metrics counts nothing.
type Metrics struct {
	Registry     *prometheus.Registry
	handledTotal *prometheus.CounterVec
	batchSize    *prometheus.HistogramVec
	seconds      *prometheus.HistogramVec
	deadLetters  *prometheus.CounterVec
}

// NewMetrics makes a registry with the worker's figures and Go's own.
func NewMetrics() *Metrics {
	labels := []string{"queue", "lane"}
	m := &Metrics{
		Registry:     prometheus.NewRegistry(),
		handledTotal: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fanfare_work_handled_total", Help: "Messages handled, by outcome; refused ones never reached a handler."}, append(labels, "outcome")),
		batchSize:    prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "fanfare_work_batch_size", Help: "Messages that a handler got at once.", Buckets: []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}}, labels),
		seconds:      prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "fanfare_work_handle_seconds", Help: "Time a handler took for one batch.", Buckets: []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60}}, labels),
		deadLetters:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fanfare_dead_letters_total", Help: "Messages given up on, by reason."}, append(labels, "reason")),
	}
	m.Registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Registry.MustRegister(m.handledTotal, m.batchSize, m.seconds, m.deadLetters)
	return m
}

func (m *Metrics) handled(queue, lane, outcome string, count int) {
	if m != nil {
		m.handledTotal.WithLabelValues(queue, lane, outcome).Add(float64(count))
	}
}

func (m *Metrics) batch(queue, lane string, size int, took time.Duration) {
	if m != nil {
		m.batchSize.WithLabelValues(queue, lane).Observe(float64(size))
		m.seconds.WithLabelValues(queue, lane).Observe(took.Seconds())
	}
}

func (m *Metrics) deadLetter(queue, lane, reason string) {
	if m != nil {
		m.deadLetters.WithLabelValues(queue, lane, reason).Inc()
	}
}

// ServeHealth serves /healthz (the process lives), /readyz (it can work) and /metrics; port 0 lets the system choose. The address is logged as
// {"msg":"listening","url":…}. It stops when ctx ends.
func ServeHealth(ctx context.Context, host string, port int, ready func() error, metrics *Metrics, log *slog.Logger) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("health and metrics cannot be served: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte("ok\n")) })
	mux.HandleFunc("/readyz", func(out http.ResponseWriter, _ *http.Request) {
		detail := "ready"
		if err := ready(); err != nil {
			out.WriteHeader(http.StatusServiceUnavailable)
			detail = strings.ReplaceAll(err.Error(), "\n", "; ")
		}
		_, _ = out.Write([]byte(detail + "\n"))
	})
	mux.Handle("/metrics", promhttp.HandlerFor(metrics.Registry, promhttp.HandlerOpts{}))
	server := &http.Server{Handler: mux, ReadTimeout: probeTimeout, WriteTimeout: probeTimeout}
	go func() { _ = server.Serve(listener) }()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	log.Info("listening", "url", "http://"+listener.Addr().String())
	return nil
}

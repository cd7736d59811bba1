package worker

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

func TestHealthSaysWhetherItCanWorkAndMetricsCount(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	log := slog.New(slog.NewJSONHandler(&said, nil))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	trouble := errors.New("a durable is away")
	metrics := NewMetrics()
	metrics.handled("export", "bulk", "done", 2)
	must(t, ServeHealth(ctx, "127.0.0.1", 0, func() error { return trouble }, metrics, log))
	var line struct{ Msg, URL string }
	must(t, json.Unmarshal([]byte(said.String()), &line))
	get := func(path string) (int, string) {
		answer, err := http.Get(line.URL + path)
		must(t, err)
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(body)
	}
	if status, _ := get("/healthz"); status != 200 {
		t.Errorf("healthz: %d", status)
	}
	if status, body := get("/readyz"); status != 503 || !strings.Contains(body, "a durable is away") {
		t.Errorf("readyz: %d %q", status, body)
	}
	trouble = nil
	if status, _ := get("/readyz"); status != 200 {
		t.Errorf("readyz: %d", status)
	}
	if _, body := get("/metrics"); !strings.Contains(body, `fanfare_work_handled_total{lane="bulk",outcome="done",queue="export"} 2`) || !strings.Contains(body, "go_goroutines") {
		t.Errorf("metrics: %.300s", body)
	}
}

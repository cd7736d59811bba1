// The client of the bench: it makes ready calls at a fixed rate, whatever the answers take, and tells what each took. A program of its own that spends
// next to nothing, for it shares the cores with what is measured.
//
// The plan is one line of JSON on standard input; when the input ends, no further call begins. On standard output it says {"started":true} when the
// first call is due, and at the end a line for each call.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A plan's bodies are used in turn: the first WarmUp of them before anything is measured.
type plan struct {
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Bodies    [][]byte          `json:"bodies"`
	WarmUp    int               `json:"warmUp"`
	RatePerS  float64           `json:"ratePerS"`
	TimeoutMs int64             `json:"timeoutMs"`
}

// One call. The latency counts from when it was due, not from when it left; Late is how late the client itself was.
type sample struct {
	DueAtMs   float64 `json:"dueAtMs"`
	LatencyMs float64 `json:"latencyMs"`
	LateMs    float64 `json:"lateMs"`
	Answer    []byte  `json:"answer"`
	Error     string  `json:"error"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "caller:", err)
		os.Exit(1)
	}
}

func run() error {
	input := bufio.NewReader(os.Stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("no plan on standard input: %w", err)
	}
	var given plan
	if err := json.Unmarshal(line, &given); err != nil {
		return fmt.Errorf("the plan is not understood: %w", err)
	}
	client := newClient(given)
	for _, body := range given.Bodies[:given.WarmUp] {
		if _, err := client.call(body); err != nil {
			return fmt.Errorf("a call of the warm-up failed: %w", err)
		}
	}
	var stopped atomic.Bool
	go func() {
		// Nothing more is said there.
		_, _ = input.ReadByte()
		stopped.Store(true)
	}()
	output := json.NewEncoder(os.Stdout)
	if err := output.Encode(map[string]bool{"started": true}); err != nil {
		return err
	}
	for _, each := range callAll(client, given, &stopped) {
		if err := output.Encode(each); err != nil {
			return err
		}
	}
	return nil
}

// callAll makes each call when it is due. One that hangs delays no other.
func callAll(client client, given plan, stopped *atomic.Bool) []sample {
	bodies := given.Bodies[given.WarmUp:]
	samples := make([]sample, len(bodies))
	var open sync.WaitGroup
	began := time.Now()
	for index, body := range bodies {
		due := began.Add(time.Duration(float64(index) / given.RatePerS * float64(time.Second)))
		time.Sleep(time.Until(due))
		if stopped.Load() {
			samples = samples[:index]
			break
		}
		open.Go(func() { samples[index] = measure(client, body, due) })
	}
	open.Wait()
	return samples
}

func measure(client client, body []byte, due time.Time) sample {
	late := time.Since(due)
	answer, err := client.call(body)
	taken := sample{
		DueAtMs:   float64(due.UnixNano()) / 1e6,
		LatencyMs: inMs(time.Since(due)),
		LateMs:    inMs(late),
		Answer:    answer,
	}
	if err != nil {
		taken.Error = err.Error()
	}
	return taken
}

func inMs(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

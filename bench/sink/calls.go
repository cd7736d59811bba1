package main

import (
	"bufio"
	"encoding/json"
	"io"
	"sync"
	"time"
)

// A million mails in calls of one; beyond it calls are counted and no longer listed.
const callsMax = 4_000_000

// call is one request, its times in milliseconds since 1970.
type call struct {
	message
	beganMs    float64
	answeredMs float64
}

// callLog counts under one lock: what is done under it takes less than a microsecond.
type callLog struct {
	sync.Mutex
	answered []call
	counts   counts
}

type counts struct {
	Mails int `json:"mails"`
	Calls int `json:"calls"`
	// Mails of calls that have no answer yet, and the most that there were at once.
	MailsInFlight    int     `json:"mails_in_flight"`
	MailsInFlightMax int     `json:"mails_in_flight_max"`
	CallsInFlight    int     `json:"calls_in_flight"`
	CallsInFlightMax int     `json:"calls_in_flight_max"`
	FirstMs          float64 `json:"first_ms"`
	LastMs           float64 `json:"last_ms"`
}

func newCallLog() *callLog { return &callLog{answered: make([]call, 0, 4_096)} }

func nowMs() float64 { return float64(time.Now().UnixMicro()) / 1_000 }

func (log *callLog) begin(seen message) call {
	began := call{message: seen, beganMs: nowMs()}
	log.Lock()
	defer log.Unlock()
	if log.counts.FirstMs == 0 {
		log.counts.FirstMs = began.beganMs
	}
	log.counts.CallsInFlight++
	log.counts.MailsInFlight += seen.recipients
	log.counts.CallsInFlightMax = max(log.counts.CallsInFlightMax, log.counts.CallsInFlight)
	log.counts.MailsInFlightMax = max(log.counts.MailsInFlightMax, log.counts.MailsInFlight)
	return began
}

func (log *callLog) end(ended call) {
	ended.answeredMs = nowMs()
	log.Lock()
	defer log.Unlock()
	log.counts.CallsInFlight--
	log.counts.MailsInFlight -= ended.recipients
	log.counts.Calls++
	log.counts.Mails += ended.recipients
	log.counts.LastMs = ended.answeredMs
	if len(log.answered) < callsMax {
		log.answered = append(log.answered, ended)
	}
}

func (log *callLog) stats() counts {
	log.Lock()
	defer log.Unlock()
	return log.counts
}

// reset keeps what is in flight, so that its end does not count below nothing.
func (log *callLog) reset() {
	log.Lock()
	defer log.Unlock()
	mails, calls := log.counts.MailsInFlight, log.counts.CallsInFlight
	log.counts = counts{MailsInFlight: mails, MailsInFlightMax: mails, CallsInFlight: calls, CallsInFlightMax: calls}
	log.answered = make([]call, 0, 4_096)
}

func (log *callLog) write(out io.Writer, after int) {
	log.Lock()
	// What is there never changes, so the copy of the slice's head is enough.
	answered := log.answered
	log.Unlock()
	buffered := bufio.NewWriter(out)
	defer buffered.Flush()
	encoder := json.NewEncoder(buffered)
	for at := max(0, after); at < len(answered); at++ {
		each := answered[at]
		encoder.Encode([]any{each.tag, each.beganMs, each.answeredMs, each.recipients, each.hashes})
	}
}

// The sink of the bench: it answers like Mailgun's messages end point and counts. It stores no mail, so that it is not what is measured.
//
//	POST /v3/{domain}/messages   multipart or urlencoded, as Mailgun takes it
//	POST /one                    one mail, whatever the body is: for programs that speak another dialect
//	GET  /v3/{domain}/events     no events
//	POST /_sink/config           ?latency_ms=100: how long an answer takes from now on
//	POST /_sink/reset            forgets what it counted
//	GET  /_sink/stats            counts as JSON
//	GET  /_sink/calls?after=n    a line of JSON for each call behind the first n: [tag, began ms, answered ms, recipients, sum of hashes]
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

// Mailgun's own limit of a message is 25 MB.
const bodyMaxBytes = 32 << 20

var (
	log       = newCallLog()
	latencyMs atomic.Int64
	lastID    atomic.Int64
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port())
	if err != nil {
		fmt.Fprintln(os.Stderr, "sink:", err)
		os.Exit(1)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("POST /v3/{domain}/messages", takeMessage)
	routes.HandleFunc("POST /one", takeOne)
	routes.HandleFunc("GET /v3/{domain}/events", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, `{"items":[],"paging":{}}`)
	})
	routes.HandleFunc("POST /_sink/config", func(w http.ResponseWriter, r *http.Request) {
		ms, err := strconv.ParseInt(r.FormValue("latency_ms"), 10, 64)
		if err != nil || ms < 0 {
			http.Error(w, "latency_ms must be a whole number, 0 or more", http.StatusBadRequest)
			return
		}
		latencyMs.Store(ms)
		answer(w, `{}`)
	})
	routes.HandleFunc("POST /_sink/reset", func(w http.ResponseWriter, _ *http.Request) {
		log.reset()
		answer(w, `{}`)
	})
	routes.HandleFunc("GET /_sink/stats", func(w http.ResponseWriter, _ *http.Request) {
		text, _ := json.Marshal(log.stats())
		answer(w, string(text))
	})
	routes.HandleFunc("GET /_sink/calls", func(w http.ResponseWriter, r *http.Request) {
		after, _ := strconv.Atoi(r.FormValue("after"))
		log.write(w, after)
	})
	fmt.Printf("{\"listening\":\"http://%s\"}\n", listener.Addr())
	fmt.Fprintln(os.Stderr, "sink:", http.Serve(listener, routes))
	os.Exit(1)
}

func port() string {
	if port := os.Getenv("SINK_PORT"); port != "" {
		return port
	}
	return "0"
}

func takeMessage(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	seen, err := readForm(r.Header.Get("Content-Type"), body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	take(seen)
	answer(w, fmt.Sprintf(`{"id":"<%d.%016x@%s>","message":"Queued. Thank you."}`,
		time.Now().Unix(), lastID.Add(1), r.PathValue("domain")))
}

func takeOne(w http.ResponseWriter, r *http.Request) {
	// It is read to its end, or the connection could not be used again.
	if _, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, bodyMaxBytes)); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	take(message{recipients: 1})
	answer(w, `{}`)
}

// take counts a call, and holds its answer back for as long as a provider would.
func take(seen message) {
	call := log.begin(seen)
	if ms := latencyMs.Load(); ms > 0 {
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
	log.end(call)
}

func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength < 0 {
		return io.ReadAll(io.LimitReader(r.Body, bodyMaxBytes))
	}
	if r.ContentLength > bodyMaxBytes {
		return nil, fmt.Errorf("the body has %d bytes; the sink takes %d", r.ContentLength, bodyMaxBytes)
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

func answer(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, text)
}

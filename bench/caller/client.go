package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Of an answer; a refusal is told with its reason.
const answerMaxBytes = 64 << 10

// Calls over one connection of HTTP/2 in clear text.
type client struct {
	http    *http.Client
	plan    plan
	timeout time.Duration
}

func newClient(given plan) client {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	return client{
		http:    &http.Client{Transport: &http.Transport{Protocols: &protocols}},
		plan:    given,
		timeout: time.Duration(given.TimeoutMs) * time.Millisecond,
	}
}

// call is not repeated when it fails: a call that failed is a failure and not a slow call.
func (c client) call(body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.plan.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range c.plan.Headers {
		request.Header.Set(name, value)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, answerMaxBytes))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, nil
}

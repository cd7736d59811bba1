package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// config holds the exporter's settings, by meaning.
type config struct {
	natsURL, apiURL, key, store, host, logLevel string
	healthPort, partBytes                       int
}

const (
	// Large enough that S3 takes it and a checkpoint does not count, small enough to lose little by a crash.
	partBytesDefault = 8 << 20
	partBytesMin     = 1 << 10
	partBytesMax     = 256 << 20
	keyMinLength     = 16
)

// readConfig reads the environment; an empty variable counts as absent. The error lists everything that is wrong, without values: some are secret.
func readConfig(lookup func(string) (string, bool)) (config, error) {
	var problems []string
	complain := func(name, what, expected string) {
		problems = append(problems, fmt.Sprintf("  %s: %s. Expected: %s", name, what, expected))
	}
	text := func(name, fallback, expected string) string {
		value, _ := lookup(name)
		if value = strings.TrimSpace(value); value != "" {
			return value
		}
		if fallback == "" {
			complain(name, "is not set", expected)
		}
		return fallback
	}
	number := func(name string, fallback, least, most int) int {
		expected := fmt.Sprintf("a whole number from %d to %d", least, most)
		value, err := strconv.Atoi(text(name, strconv.Itoa(fallback), expected))
		if err != nil || value < least || value > most {
			complain(name, "is no such number", expected)
		}
		return value
	}
	read := config{
		natsURL:    text("NATS_URL", "", "nats://host:port; several servers are separated by commas"),
		apiURL:     strings.TrimRight(text("FANFARE_URL", "", "the address of the api, for example http://api:8080"), "/"),
		key:        text("FANFARE_EXPORTER_KEY", "", "the same secret as the api's"),
		store:      text("FANFARE_EXPORT_STORE", "", "file:///directory or s3://bucket/prefix?endpoint=https://host&region=…"),
		host:       text("FANFARE_HOST", "127.0.0.1", ""),
		logLevel:   text("LOG_LEVEL", "info", ""),
		healthPort: number("FANFARE_HEALTH_PORT", 8081, 0, 65_535),
		partBytes:  number("FANFARE_EXPORT_PART_BYTES", partBytesDefault, partBytesMin, partBytesMax),
	}
	if read.key != "" && len(read.key) < keyMinLength {
		complain("FANFARE_EXPORTER_KEY", "is too short", fmt.Sprintf("at least %d characters", keyMinLength))
	}
	if len(problems) > 0 {
		return read, errors.New("The configuration has problems:\n" + strings.Join(problems, "\n") + "\nSet these variables in the environment and start again.")
	}
	return read, nil
}

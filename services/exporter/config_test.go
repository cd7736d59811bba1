package main

import (
	"strings"
	"testing"
)

func TestEverythingThatIsWrongIsToldAtOnceWithoutValues(t *testing.T) {
	env := map[string]string{"FANFARE_EXPORTER_KEY": "short", "FANFARE_EXPORT_PART_BYTES": "many", "NATS_URL": "  "}
	_, err := readConfig(func(name string) (string, bool) { value, ok := env[name]; return value, ok })
	if err == nil {
		t.Fatal("it was taken")
	}
	for _, name := range []string{"NATS_URL", "FANFARE_URL", "FANFARE_EXPORTER_KEY", "FANFARE_EXPORT_STORE", "FANFARE_EXPORT_PART_BYTES"} {
		if !strings.Contains(err.Error(), "  "+name+": ") {
			t.Errorf("%s is not named in %q", name, err)
		}
	}
	if strings.Contains(err.Error(), "short,") || strings.Contains(err.Error(), "many") {
		t.Errorf("a value is told: %q", err)
	}
}

package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestRunRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "name a model"},
		{[]string{"poetry"}, `"poetry"`},
		{[]string{"sentiment", "-nonsense"}, "nonsense"},
		{[]string{"sentiment", "-data", "absent"}, "no such file"},
		{[]string{"texts", "-data", "absent"}, "no such file"},
		{[]string{"ablate", "-data", "absent"}, "no such file"},
		{[]string{"card", "-data", "absent"}, "no such file"},
		{[]string{"eval", "-data", "absent"}, "no such file"},
	} {
		err := run(t.Context(), c.args, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("train %q: got %v, want an error that says %s", c.args, err, c.want)
		}
	}
}

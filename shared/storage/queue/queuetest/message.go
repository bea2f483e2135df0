package queuetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/storage/queue"
)

func badMessages(t *testing.T, e Engine) {
	for body, want := range map[string]errs.Code{
		"":                                      errs.Invalid,
		strings.Repeat("x", queue.MaxBody+1):    errs.TooLarge,
		strings.Repeat("\u00e9", queue.MaxBody): errs.TooLarge, // bytes count, not characters
	} {
		err := e.Queue.Send(t.Context(), "good", body)
		if got := errs.CodeOf(err); got != want {
			t.Errorf("%d bytes: got %q (%v), want %q", len(body), got, err, want)
		}
	}
	if got := receive(t, e); len(got) != 0 {
		t.Errorf("got %d deliveries, want none", len(got))
	}
}

func largestMessage(t *testing.T, e Engine) {
	want := strings.Repeat("x", queue.MaxBody)
	send(t, e, want)
	got := drain(t, e)
	if len(got) == 0 || got[0].Body != want {
		t.Errorf("got %d deliveries, want the message unchanged", len(got))
	}
}

func sendingNothing(t *testing.T, e Engine) {
	send(t, e)
	if got := receive(t, e); len(got) != 0 {
		t.Errorf("got %d deliveries, want none", len(got))
	}
}

func anyText(t *testing.T, e Engine) {
	want := []string{"\t\r\n", "{\"a\":\"\\u0000\"}", "grüße 🙂", " leading and trailing "}
	send(t, e, want...)
	var got []string
	for _, d := range drain(t, e) {
		got = append(got, d.Body)
	}
	slices.Sort(got)
	slices.Sort(want)
	if got := slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

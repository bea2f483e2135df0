package queuetest

import (
	"slices"
	"testing"
)

func hiddenThenAgain(t *testing.T, e Engine) {
	send(t, e, "again")
	first := drain(t, e)
	if again := receive(t, e); len(again) != 0 {
		t.Errorf("got %d deliveries of a hidden message, want none", len(again))
	}
	e.Pass()
	second := drain(t, e)
	if len(first) == 0 || len(second) == 0 {
		t.Fatalf("got %d and then %d deliveries, want some both times", len(first), len(second))
	}
	if first[0].ID != second[0].ID || first[0].Receipt == second[0].Receipt {
		t.Errorf("got %+v and %+v, want one ID and two receipts", first[0], second[0])
	}
	if got := second[0].Received; got <= first[0].Received {
		t.Errorf("got a count of %d after %d, want it to grow", got, first[0].Received)
	}
}

func deletedForGood(t *testing.T, e Engine) {
	send(t, e, "once")
	for _, d := range drain(t, e) {
		remove(t, e, d.Receipt)
		remove(t, e, d.Receipt) // and again, which is nothing
	}
	e.Pass()
	if again := receive(t, e); len(again) != 0 {
		t.Errorf("got %d deliveries of a deleted message, want none", len(again))
	}
}

func oldReceiptIsIgnored(t *testing.T, e Engine) {
	send(t, e, "kept")
	old := drain(t, e)
	e.Pass()
	drain(t, e)
	for _, d := range old {
		remove(t, e, d.Receipt)
	}
	if e.MaxReceive < 3 {
		t.Skip("the engine gives up too early to see the message once more")
	}
	e.Pass()
	if again := drain(t, e); len(again) == 0 {
		t.Error("got no delivery, want the message that only an old receipt was used on")
	}
}

func lateReceipt(t *testing.T, e Engine) {
	send(t, e, "slow")
	late := drain(t, e)
	e.Pass()
	for _, d := range late {
		remove(t, e, d.Receipt)
	}
	if again := receive(t, e); len(again) != 0 {
		t.Errorf("got %d deliveries, want none after a late delete", len(again))
	}
}

func unknownReceipt(t *testing.T, e Engine) {
	send(t, e, "kept")
	remove(t, e, "nobody gave this out")
	remove(t, e, "")
	if got := drain(t, e); len(got) == 0 {
		t.Error("got no delivery, want the message")
	}
}

func deadLetter(t *testing.T, e Engine) {
	send(t, e, "poison")
	for n := range e.MaxReceive {
		if got := drain(t, e); len(got) == 0 {
			t.Fatalf("delivery %d of %d is missing", n+1, e.MaxReceive)
		}
		if letters := e.DeadLetters(); len(letters) != 0 {
			t.Fatalf("given up after %d deliveries, want %d", n+1, e.MaxReceive)
		}
		e.Pass()
	}
	if got := receive(t, e); len(got) != 0 {
		t.Errorf("got %d deliveries beyond the limit, want none", len(got))
	}
	if got := slices.Compact(e.DeadLetters()); !slices.Equal(got, []string{"poison"}) {
		t.Errorf("dead letters: got %q, want the message", got)
	}
}

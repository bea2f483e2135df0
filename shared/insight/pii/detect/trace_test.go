package detect_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/text"
	"github.com/customerai/customerai/shared/testkit/linear"
)

func TestExplain(t *testing.T) {
	for message, want := range map[string]pii.Decision{
		"card 4111111111111111": {
			Entity: pii.Entity{Type: pii.CreditCard, Begin: 5, End: 21, Score: 1}, Recogniser: "card", Pattern: "number", OriginalScore: 0.3, Validated: true,
		},
		"my SSN 536-22-1234": {
			Entity: pii.Entity{Type: pii.SSN, Begin: 7, End: 18, Score: 0.85}, Recogniser: "identity", Pattern: "social security",
			OriginalScore: 0.5, ContextScore: 0.35, ContextWord: "ssn",
		},
		"account 12345678": {
			Entity: pii.Entity{Type: pii.BankNumber, Begin: 8, End: 16, Score: 0.4}, Recogniser: "numbers", Pattern: "digits and a word",
			OriginalScore: 0.05, ContextScore: 0.35, ContextWord: "account",
		},
		"from 203.0.113.7": {
			Entity: pii.Entity{Type: pii.IPAddress, Begin: 5, End: 16, Score: 0.6}, Recogniser: "network", Pattern: "ip", OriginalScore: 0.6,
		},
		"PESEL 44051401359": {
			Entity: pii.Entity{Type: pii.PESEL, Begin: 6, End: 17, Score: 1}, Recogniser: "identity", Pattern: "digits", OriginalScore: 0.05,
			ContextWord: "pesel", Validated: true,
		},
	} {
		var d text.Document
		d.Reset(message)
		got := detect.Explain(&d)
		if len(got) != 1 {
			t.Errorf("Explain(%q) = %+v, want one decision", message, got)
			continue
		}
		got[0].ContextScore = float64(int(got[0].ContextScore*100+0.5)) / 100
		if got[0] != want {
			t.Errorf("Explain(%q)\n got %+v\nwant %+v", message, got[0], want)
		}
	}
	var d text.Document
	d.Reset("My name is John Smith")
	if got := detect.Explain(&d); len(got) != 1 || got[0].Recogniser != "names" || got[0].OriginalScore != got[0].Score {
		t.Errorf("Explain = %+v, want one decision of the names' model with its own score", got)
	}
}

func TestEveryEntityIsExplained(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d text.Document
		d.Reset(drawMessage(t))
		decisions := detect.Explain(&d)
		entities := detect.Entities(&d, nil)
		for _, e := range entities {
			explained := false
			for _, decision := range decisions {
				explained = explained || decision.Type == e.Type && decision.Begin < e.End && e.Begin < decision.End
			}
			if !explained {
				t.Errorf("%q: nothing explains %+v", d.Text, e)
			}
		}
		for _, decision := range decisions {
			if decision.Recogniser == "" || decision.Pattern == "" || decision.Score < 0.4-1e-9 {
				t.Errorf("%q: %+v has no recogniser, no pattern or no score", d.Text, decision)
			}
		}
	})
}

func TestAnExplanationTakesTimeInStepWithTheText(t *testing.T) {
	var d text.Document
	linear.Check(t, "an address repeated", 16<<10, func(n int) {
		d.Reset(strings.Repeat("a@b.com, ", n/len("a@b.com, ")))
		detect.Explain(&d)
	})
}

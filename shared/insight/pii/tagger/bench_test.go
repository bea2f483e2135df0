package tagger_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/tagger"
	"github.com/customerai/customerai/shared/insight/text"
)

func BenchmarkFind(b *testing.B) {
	for name, message := range map[string]string{
		"nobody": "Hello, I ordered the blue jacket in size 42 last week and it still has not arrived. Could you please check where it is now?",
		"two":    "My name is John Smith, card 4111 1111 1111 1111, call (415) 555-0132 or write to j.smith@example.com, 12 Main St, Reno, NV 89501.",
	} {
		b.Run(name, func(b *testing.B) {
			var d text.Document
			d.Reset(message)
			s := evidence.Sheet{Doc: &d, Text: message}
			b.ReportAllocs()
			for b.Loop() {
				s.Found = s.Found[:0]
				tagger.Find(&s)
			}
		})
	}
}

package detect_test

import (
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/text"
)

func BenchmarkEntities(b *testing.B) {
	const clean = "Hello, I ordered the blue jacket in size 42 last week and it still has not arrived. Could you please check where it is now?"
	const personal = "My name is John Smith, card 4111 1111 1111 1111, call (415) 555-0132 or write to j.smith@example.com, 12 Main St, Reno, NV 89501."
	for name, message := range map[string]string{"nothing personal": clean, "five kinds": personal, "1 MB of digits": strings.Repeat("1", 1<<20)} {
		b.Run(name, func(b *testing.B) {
			var d text.Document
			d.Reset(message)
			found := detect.Entities(&d, nil)
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			for b.Loop() {
				found = detect.Entities(&d, found)
			}
		})
	}
}

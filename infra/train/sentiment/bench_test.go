package sentiment

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/jonreiter/govader"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	engine "github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/insight/text"
)

// messages are read by peers.py, too.
//
//go:embed messages.txt
var messages string

// BenchmarkPeers reads the same messages with the engines and with VADER, a message each time round.
func BenchmarkPeers(b *testing.B) {
	lines := slices.Collect(strings.Lines(strings.TrimSpace(messages)))
	mean := int64(len(messages) / len(lines))
	b.Run("engine", func(b *testing.B) {
		b.SetBytes(mean)
		b.ReportAllocs()
		var d text.Document
		var r engine.Result
		for i := 0; b.Loop(); i++ {
			d.Reset(lines[i%len(lines)])
			engine.Analyze(&d, &r)
		}
	})
	b.Run("engine-after-tokens", func(b *testing.B) { // the tokens are shared with the other engines
		b.SetBytes(mean)
		b.ReportAllocs()
		var r engine.Result
		documents := make([]text.Document, len(lines))
		for i, line := range lines {
			documents[i].Reset(line)
		}
		for i := 0; b.Loop(); i++ {
			engine.Analyze(&documents[i%len(lines)], &r)
		}
	})
	b.Run("personal-data-after-tokens", func(b *testing.B) { // the peer is Presidio
		b.SetBytes(mean)
		b.ReportAllocs()
		var found []pii.Entity
		documents := make([]text.Document, len(lines))
		for i, line := range lines {
			documents[i].Reset(line)
		}
		for i := 0; b.Loop(); i++ {
			found = detect.Entities(&documents[i%len(lines)], found)
		}
	})
	b.Run("govader", func(b *testing.B) {
		b.SetBytes(mean)
		b.ReportAllocs()
		vader := govader.NewSentimentIntensityAnalyzer()
		for i := 0; b.Loop(); i++ {
			vader.PolarityScores(lines[i%len(lines)])
		}
	})
}

package text

import (
	"encoding/binary"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write words.bin")

func TestWordsAreThoseOfTheList(t *testing.T) {
	list, err := os.ReadFile("words.txt")
	if err != nil {
		t.Fatal(err)
	}
	table := make([]byte, wordSlots*wordBytes)
	want, mask := map[string]uint8{}, uint8(0)
	for line := range strings.Lines(string(list)) {
		line = strings.TrimSpace(line)
		if names, ok := strings.CutSuffix(line, ":"); ok {
			mask = 0
			for _, name := range strings.Fields(names) {
				mask |= 1 << slices.Index(latinLanguages[:], name)
			}
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			if want[word] != 0 {
				t.Errorf("%s is listed twice", word)
			}
			want[word] = mask
			hash := Hash(word)
			slot := hash % wordSlots
			for binary.LittleEndian.Uint32(table[slot*wordBytes:]) != 0 {
				slot = (slot + 1) % wordSlots
			}
			binary.LittleEndian.PutUint32(table[slot*wordBytes:], uint32(hash>>39)<<7|uint32(mask))
		}
	}
	if *update {
		if err := os.WriteFile("words.bin", table, 0o600); err != nil {
			t.Fatal(err)
		}
		words = string(table)
	}
	if string(table) != words {
		t.Error("words.bin is not of words.txt: go test ./shared/insight/text -run Words -update")
	}
	for word, mask := range want {
		if got := languagesOf(Hash(word)); got != mask {
			t.Errorf("%s: got languages %07b, want %07b", word, got, mask)
		}
	}
	if got := languagesOf(Hash("zzyzzx")); got != 0 {
		t.Errorf("a word of no language: got %07b", got)
	}
}

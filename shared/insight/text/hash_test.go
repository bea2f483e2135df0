package text_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/text"
)

func TestHashesStayWhatTheEmbeddedTablesWereBuiltWith(t *testing.T) {
	for norm, want := range map[string]uint64{"": 0x8570e250fe4c2473, "refund": 0xa0c06fa405daf0c2, "😡": 0x92eb36a7c7bece45} {
		if got := text.Hash(norm); got != want {
			t.Errorf("%q: got %#x, want %#x", norm, got, want)
		}
		if got := text.Hash([]byte(norm)); got != want {
			t.Errorf("%q as bytes: got %#x, want %#x", norm, got, want)
		}
	}
}

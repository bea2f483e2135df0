package stores_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/testkit/stores"
)

func TestEveryTestHasABucketOfItsOwn(t *testing.T) {
	first, second := stores.Bucket(t), stores.Bucket(t)
	if _, err := first.Write(t.Context(), "main/a", strings.NewReader("a"), blob.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	page, err := second.List(t.Context(), "", "", 10)
	if err != nil || len(page.Objects) != 0 {
		t.Errorf("the second holds %v, %v; want nothing", page.Objects, err)
	}
}

func TestWhatIsSentIsKeptInItsOrder(t *testing.T) {
	var sent stores.Sent
	for _, bodies := range [][]string{{"a", "b"}, nil, {"c"}} {
		if err := sent.Send(t.Context(), bodies...); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(sent, []string{"a", "b", "c"}) {
		t.Errorf("sent = %q, want a, b, c", sent)
	}
}

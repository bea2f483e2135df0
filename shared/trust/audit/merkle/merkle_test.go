package merkle_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/trust/audit/merkle"
)

// The roots over the first entries of Certificate Transparency's own test data.
func TestRootsAreThoseOfCertificateTransparency(t *testing.T) {
	entries := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	var tree merkle.Tree
	for i, want := range []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	} {
		root := tree.Root()
		if got := hex.EncodeToString(root[:]); got != want || tree.Size() != uint64(i) {
			t.Errorf("%d entries: got %s, want %s", i, got, want)
		}
		if i < len(entries) {
			entry, err := hex.DecodeString(entries[i])
			if err != nil {
				t.Fatal(err)
			}
			tree.Append(entry)
		}
	}
}

// recursive is RFC 6962's definition, word for word.
func recursive(entries [][]byte) merkle.Hash {
	switch len(entries) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, entries[0]...))
	}
	k := 1
	for 2*k < len(entries) {
		k *= 2
	}
	left, right := recursive(entries[:k]), recursive(entries[k:])
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

func TestATreeThatStopsAndGoesOnIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 4), 0, 40).Draw(t, "entries")
		stop := rapid.IntRange(0, len(entries)).Draw(t, "stop")
		var tree merkle.Tree
		for i, entry := range entries {
			if i == stop {
				resumed, err := merkle.Resume(tree.Size(), tree.Frontier())
				if err != nil {
					t.Fatal(err)
				}
				tree = resumed
			}
			tree.Append(entry)
		}
		if got, want := tree.Root(), recursive(entries); got != want {
			t.Fatalf("got %x, want %x", got, want)
		}
	})
}

func TestAFrontierOfAnotherSizeIsRefused(t *testing.T) {
	if _, err := merkle.Resume(3, make([]merkle.Hash, 1)); err == nil {
		t.Error("three entries have two whole subtrees, and one was taken")
	}
}

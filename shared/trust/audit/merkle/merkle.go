// Package merkle computes the root of a tree over a growing list, as RFC 6962 does, from a handful of hashes.
//
// Normal use: one Append for each entry, and a Root whenever one is asked for.
//
//	var tree merkle.Tree
//	tree.Append(entry)
//	root := tree.Root()
//
// A leaf is SHA-256 of a zero byte and the entry, a node SHA-256 of a one byte and its two children; that keeps an entry
// from passing for a node. A tree of n entries keeps as many hashes as n has bits that are set: the roots of its whole
// subtrees, the largest first, which are its frontier.
//
// It refuses to take a frontier that does not fit its size.
package merkle

import (
	"crypto/sha256"
	"errors"
	"math/bits"
	"slices"
)

// Hash is a leaf, a node or a root.
type Hash = [sha256.Size]byte

// Tree is a tree that grows. The zero value is empty.
type Tree struct {
	size     uint64
	frontier []Hash
}

// Resume returns the tree of that size and frontier.
func Resume(size uint64, frontier []Hash) (Tree, error) {
	if bits.OnesCount64(size) != len(frontier) {
		return Tree{}, errors.New("a tree of this size has another number of whole subtrees")
	}
	return Tree{size, slices.Clone(frontier)}, nil
}

// Size is how many entries the tree has.
func (t *Tree) Size() uint64 { return t.size }

// Frontier is what Resume needs besides the size.
func (t *Tree) Frontier() []Hash { return slices.Clone(t.frontier) }

// Append adds an entry.
func (t *Tree) Append(entry []byte) {
	hash := sha256.Sum256(append([]byte{0}, entry...))
	for n := t.size; n&1 == 1; n >>= 1 { // each whole subtree of the same height becomes a sibling
		last := len(t.frontier) - 1
		hash = node(t.frontier[last], hash)
		t.frontier = t.frontier[:last]
	}
	t.frontier = append(t.frontier, hash)
	t.size++
}

// Root is the hash over all entries.
func (t *Tree) Root() Hash {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	last := len(t.frontier) - 1
	root := t.frontier[last]
	for _, left := range slices.Backward(t.frontier[:last]) {
		root = node(left, root)
	}
	return root
}

func node(left, right Hash) Hash {
	var text [1 + 2*sha256.Size]byte
	text[0] = 1
	copy(text[1:], left[:])
	copy(text[1+sha256.Size:], right[:])
	return sha256.Sum256(text[:])
}

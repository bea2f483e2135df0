// Package auditchain verifies an audit chain from outside: it was written from the description of the format, and shares no
// code with what writes it.
//
// Normal use: an export, and the checkpoints that were kept where the chain's writer cannot change them.
//
//	report, err := auditchain.Verify(file, checkpoints, sevenYearsAgo)
//	if report.Bad > 0 { … }
//
// It reads lines with members in one order and one spelling, recomputes every hash, follows every link, grows RFC 6962's
// tree over the hashes, and holds all of it to the checkpoints: each hash that one names, and head and root at its size.
// That also shows an end that was cut off and a chain that was written anew.
//
// Records that are kept no longer may be missing at the beginning: as many as a checkpoint had fixed before the time that is given.
// Their hashes are then the checkpoints', all of which are needed.
//
// It refuses to guess: the first line that is not, to the byte, what has to be there ends the verification with its index.
// Without checkpoints it cannot know what is missing at the end, and says how many records it has seen.
package auditchain

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// Report is what a verification found.
type Report struct {
	Tenant      string
	Records     uint64 // that are sound, from the first in the export on
	Expired     uint64 // that are kept no longer, before them
	Head        string // the hash of the last of them
	Root        string // of the tree over them
	Checkpoints int    // that they were held to
	Bad         uint64 // the first bad index, 0 for none
	Problem     string // what is wrong there
}

// maxLine is far more than a record's line can have.
const maxLine = 16 << 10

// Verify reads an export to its end, or to the first bad record. What checkpoints had fixed before a time may be missing at its
// beginning, nothing for the zero time. The error is the reader's, or says that a checkpoint is unusable; a bad record is no error.
func Verify(export io.Reader, checkpoints []Checkpoint, before time.Time) (Report, error) {
	fixed, err := order(checkpoints)
	if err != nil {
		return Report{}, err
	}
	v := verifier{fixed: fixed, before: before}
	copy(v.previous[:], bytes.Repeat([]byte{'0'}, len(v.previous)))
	lines := bufio.NewReaderSize(export, maxLine)
	for {
		line, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return v.end(), nil
		case errors.Is(err, io.EOF):
			return v.bad("its line does not end"), nil
		case errors.Is(err, bufio.ErrBufferFull):
			return v.bad("its line is longer than any record's"), nil
		case err != nil:
			return Report{}, fmt.Errorf("read the export: %w", err)
		}
		if problem := v.take(line[:len(line)-1]); problem != "" {
			return v.bad(problem), nil
		}
	}
}

// verifier is how far a verification has come.
type verifier struct {
	fixed    fixed
	before   time.Time
	tenant   string
	expired  uint64
	count    uint64
	previous [64]byte // in hexadecimal
	tree     tree
	passed   int // checkpoints
	scratch  []byte
}

// take looks at the next line and says what is wrong with it.
func (v *verifier) take(line []byte) string {
	r, ok := parse(line)
	if !ok {
		return "it is not a record in its one spelling"
	}
	switch {
	case v.tenant == "":
		v.tenant = string(r.members[0])
	case string(r.members[0]) != v.tenant:
		return "it is of another tenant's chain"
	}
	if v.fixed.tenant != "" && v.fixed.tenant != v.tenant {
		return "it is of another tenant's chain than the checkpoints"
	}
	if v.count == 0 && v.fixed.excuses(r.index-1, v.before) {
		if problem := v.skip(r.index - 1); problem != "" {
			return problem
		}
	}
	if r.index != v.count+1 {
		return "its index does not follow"
	}
	if !bytes.Equal(r.members[previousMember], v.previous[:]) {
		return "it does not follow from the record before"
	}
	sum := r.hash(&v.scratch)
	var text [64]byte
	hex.Encode(text[:], sum[:])
	if !bytes.Equal(r.members[hashMember], text[:]) {
		return "its hash is not that of its members"
	}
	if want, known := v.fixed.hash(r.index); known && want != sum {
		return "it is not the record that a checkpoint has fixed"
	}
	return v.grow(sum)
}

// skip takes the hashes of the first records from the checkpoints.
func (v *verifier) skip(records uint64) string {
	for v.count < records {
		sum, _ := v.fixed.hash(v.count + 1)
		v.expired++
		if problem := v.grow(sum); problem != "" {
			return problem
		}
	}
	return ""
}

// grow adds a record's hash, and holds the chain so far to the checkpoints of its size.
func (v *verifier) grow(sum [sha256.Size]byte) string {
	v.tree.add(sum)
	v.count++
	hex.Encode(v.previous[:], sum[:])
	for v.passed < len(v.fixed.checkpoints) && v.fixed.checkpoints[v.passed].Size == v.count {
		c := v.fixed.checkpoints[v.passed]
		if c.Head != string(v.previous[:]) {
			return "a checkpoint names another hash for it"
		}
		if root := v.tree.root(); c.Root != hex.EncodeToString(root[:]) {
			return "a checkpoint names another root for the chain up to it"
		}
		v.passed++
	}
	return ""
}

func (v *verifier) bad(problem string) Report {
	r := v.report()
	// A checkpoint that does not fit is found after its last record was counted.
	r.Bad, r.Problem = v.count+1, problem
	if v.passed < len(v.fixed.checkpoints) && v.fixed.checkpoints[v.passed].Size == v.count {
		r.Bad, r.Records = v.count, max(v.count-1, v.expired)-v.expired
	}
	return r
}

// end is the verdict once all lines have been read: what the last checkpoint has fixed must have been among them.
func (v *verifier) end() Report {
	if n := len(v.fixed.checkpoints); v.passed < n {
		return v.bad(fmt.Sprintf("it is missing: a checkpoint has fixed %d records", v.fixed.checkpoints[n-1].Size))
	}
	return v.report()
}

func (v *verifier) report() Report {
	root := v.tree.root()
	r := Report{
		Tenant: v.tenant, Records: v.count - v.expired, Expired: v.expired, Root: hex.EncodeToString(root[:]), Checkpoints: v.passed,
	}
	if v.count > 0 {
		r.Head = string(v.previous[:])
	}
	return r
}

// tree is RFC 6962's, by the roots of its whole subtrees.
type tree struct {
	size  uint64
	roots [][sha256.Size]byte
}

func (t *tree) add(entry [sha256.Size]byte) {
	var leaf [1 + sha256.Size]byte
	copy(leaf[1:], entry[:])
	sum := sha256.Sum256(leaf[:])
	for n := t.size; n%2 == 1; n /= 2 {
		sum = parent(t.roots[len(t.roots)-1], sum)
		t.roots = t.roots[:len(t.roots)-1]
	}
	t.roots = append(t.roots, sum)
	t.size++
}

func (t *tree) root() [sha256.Size]byte {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	sum := t.roots[len(t.roots)-1]
	for i := len(t.roots) - 2; i >= 0; i-- {
		sum = parent(t.roots[i], sum)
	}
	return sum
}

func parent(left, right [sha256.Size]byte) [sha256.Size]byte {
	var pair [1 + 2*sha256.Size]byte
	pair[0] = 1
	copy(pair[1:], left[:])
	copy(pair[1+sha256.Size:], right[:])
	return sha256.Sum256(pair[:])
}

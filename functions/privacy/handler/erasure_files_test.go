package handler_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/testkit/gzipped"
	"github.com/customerai/customerai/shared/workflow/batch"
)

// upload lets a file with rows of a person be analysed, unless one of its chunks gets lost among the dead letters.
func (l *life) upload(person string) {
	l.t.Helper()
	l.count++
	var b bytes.Buffer
	b.WriteString("id,customer_id,conversation_id,timestamp,text,note\n")
	for i := range 3 {
		fmt.Fprintf(&b, "m%d,%[2]s,canary talk,2026-11-24,It is canary%[3]dvalue@example.com again,canary note\n", i, person, l.count)
		fmt.Fprintf(&b, "m%d,%[2]s,canary talk,canary time,It is canary%[3]dvalue@example.com again,canary note\n", i, person, l.count)
	}
	name := []string{"main/%d.csv", "main/%d.csv.gz"}[l.random.IntN(2)]
	content := b.String()
	if strings.HasSuffix(name, ".gz") {
		content = gzipped.String(content)
	}
	key := fmt.Sprintf(name, l.count)
	if _, err := l.uploads.Write(l.t.Context(), key, strings.NewReader(content), blob.WriteOptions{}); err != nil {
		l.t.Fatal(err)
	}
	clock := func() time.Time { return *l.now }
	splitter := &batch.Splitter{Table: l.items, Uploads: l.uploads, Results: l.results, Chunks: &l.chunks, Now: clock}
	before := len(l.chunks)
	if err := splitter.Split(l.t.Context(), key); err != nil {
		l.t.Fatal(err)
	}
	if l.random.IntN(4) == 0 {
		return
	}
	analyzer := &batch.ChunkAnalyzer{Table: l.items, Uploads: l.uploads, Results: l.results, Now: clock}
	for _, message := range l.chunks[before:] {
		if err := analyzer.Analyze(l.t.Context(), message); err != nil {
			l.t.Fatal(err)
		}
	}
}

// endFiles lets the time pass after which no file is kept that could not be analysed.
func (l *life) endFiles() {
	l.t.Helper()
	remover := &batch.Remover{Table: l.items, Uploads: l.uploads, Results: l.results, Originals: 30 * day, NewID: rand.Text}
	if _, err := remover.Tend(l.t.Context(), "main", noon.Add(30*day), "", 100); err != nil {
		l.t.Fatal(err)
	}
}

// waiting counts the files that are kept because they could not be analysed.
func (l *life) waiting() int {
	l.t.Helper()
	page, err := l.uploads.List(l.t.Context(), "", "", 1000)
	if err != nil {
		l.t.Fatal(err)
	}
	return len(page.Objects)
}

// files is all that both buckets hold, with names, and unpacked.
func (l *life) files() (all []byte) {
	l.t.Helper()
	for _, bucket := range []blob.Bucket{l.uploads, l.results} {
		page, err := bucket.List(l.t.Context(), "", "", 1000)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, info := range page.Objects {
			all = append(append(all, info.Key...), l.content(bucket, info.Key)...)
		}
	}
	return all
}

func (l *life) content(bucket blob.Bucket, key string) []byte {
	l.t.Helper()
	object, err := bucket.Open(l.t.Context(), key, blob.Range{})
	if err != nil {
		l.t.Fatal(err)
	}
	var content io.Reader = object
	if strings.HasSuffix(key, ".gz") {
		if content, err = gzip.NewReader(object); err != nil {
			l.t.Fatal(err)
		}
	}
	all, err := io.ReadAll(content)
	if err = errors.Join(err, object.Close()); err != nil {
		l.t.Fatal(err)
	}
	return all
}

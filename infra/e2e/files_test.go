package e2e_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/customerai/customerai/infra/local/sample"
	"github.com/customerai/customerai/shared/workflow/batch"
	"github.com/customerai/customerai/shared/workflow/batch/ledger"
)

// onLaptop is what the laptop's own program writes for a file, which it analyses in one piece.
type onLaptop struct{ results, rejections, summary []byte }

// analyses are those of the laptop, by the file's name and checksum: the stacks of both tests are given the same files.
var analyses sync.Map

func analyze(t *testing.T, name string, file []byte) onLaptop {
	t.Helper()
	analysis, _ := analyses.LoadOrStore(fmt.Sprintf("%s %x", name, sha256.Sum256(file)), sync.OnceValues(func() (onLaptop, error) {
		return analyzeFile(context.Background(), t.TempDir(), name, file) // not this test's context: the other one may wait for it, too
	}))
	laptop, err := analysis.(func() (onLaptop, error))()
	if err != nil {
		t.Fatal(err)
	}
	return laptop
}

func analyzeFile(ctx context.Context, folder, name string, file []byte) (laptop onLaptop, err error) {
	path, out := filepath.Join(folder, name), filepath.Join(folder, "out")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		return laptop, err
	}
	if _, err := goRun(ctx, root, nil, "./infra/local", "analyze", "-out", out, path); err != nil {
		return laptop, err
	}
	var indented []byte
	for name, into := range map[string]*[]byte{"results.jsonl": &laptop.results, "errors.jsonl": &laptop.rejections, "summary.json": &indented} {
		if *into, err = os.ReadFile(filepath.Join(out, name)); err != nil {
			return laptop, err
		}
	}
	var summary bytes.Buffer
	err = json.Compact(&summary, indented)
	laptop.summary = summary.Bytes()
	return laptop, err
}

// detail is what the tests look at of a batch.
type detail struct {
	BatchID string
	Status  ledger.Status
	Chunks  batch.Chunks
	Summary json.RawMessage
}

func (s *site) worksThroughFiles(t *testing.T) {
	small, err := io.ReadAll(sample.Messages())
	if err != nil {
		t.Fatal(err)
	}
	pass := s.pass(t, files, "")
	large := many(small, 17<<20) // bytes: three chunks of 8 MiB at most
	for what, file := range map[string]struct {
		name    string
		content []byte
		chunks  int
	}{
		"of a few hundred rows":         {sample.Name, small, 1},
		"of many chunks, and packed":    {sample.Name + ".gz", pack(t, large), 3},
		"that is JSON Lines, not a CSV": {"messages.jsonl", []byte(`{"id":"1","text":"Thank you!"}` + "\n" + `{"id":"2"}` + "\n"), 1},
	} {
		t.Run(what, func(t *testing.T) {
			id := s.upload(t, pass, file.name, file.content)
			got := s.finished(t, pass, id)
			if got.Chunks.Total != file.chunks {
				t.Errorf("got %d chunks, want %d", got.Chunks.Total, file.chunks)
			}
			want := analyze(t, file.name, file.content)
			s.wantSame(t, got, want)
			s.wantFirst(t, pass, id, "results", want.results)
			s.wantFirst(t, pass, id, "errors", want.rejections)
		})
	}
	t.Run("which is nobody else's", func(t *testing.T) {
		page := s.call(t, http.MethodGet, "/v1/batches", "", pass...)
		batches := decode[struct{ Batches []detail }](t, page, http.StatusOK).Batches
		if len(batches) != 3 {
			t.Fatalf("got %s, want three batches", page)
		}
		answer := s.call(t, http.MethodGet, "/v1/batches/"+batches[0].BatchID, "", s.pass(t, rival, "")...)
		wantProblem(t, answer, http.StatusNotFound, "not_found")
	})
	t.Run("and none of it is left in a queue", func(t *testing.T) {
		for _, queue := range []string{"uploads", "chunks", "uploads-dead-letter", "chunks-dead-letter"} {
			eventually(t, 10*time.Second, queue+" is empty", func() bool { return s.waiting(t, queue) == 0 })
		}
	})
}

// many repeats the rows of a file below its header until it has so many bytes.
func many(file []byte, size int) []byte {
	header, rows, _ := bytes.Cut(file, []byte("\n"))
	return append(append(bytes.Clone(header), '\n'), bytes.Repeat(rows, size/len(rows)+1)...)
}

func pack(t *testing.T, content []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// upload announces a batch, twice with the same key, and puts its file where the answer says.
func (s *site) upload(t *testing.T, pass []string, name string, content []byte) (id string) {
	t.Helper()
	key := rand.Text()
	announce := func() response {
		return s.call(t, http.MethodPost, "/v1/batches", `{"fileName":"`+name+`"}`, append(pass, "Content-Type", "application/json", "Idempotency-Key", key)...)
	}
	first, again := announce(), announce()
	if !bytes.Equal(first.Body, again.Body) {
		t.Errorf("the same announcement gives\n%s and\n%s", first, again)
	}
	created := decode[batch.Upload](t, first, http.StatusCreated)
	if put := send(t, http.MethodPut, created.UploadURL, string(content)); put.Status != http.StatusOK {
		t.Fatalf("the upload is answered with %s", put)
	}
	return created.BatchID
}

// finished waits until a batch has come to its end.
func (s *site) finished(t *testing.T, pass []string, id string) (d detail) {
	t.Helper()
	eventually(t, time.Minute, "the batch has come to its end", func() bool {
		d = decode[detail](t, s.call(t, http.MethodGet, "/v1/batches/"+id, "", pass...), http.StatusOK)
		return d.Status == ledger.Completed || d.Status == ledger.Failed
	})
	if d.Status != ledger.Completed {
		t.Fatalf("the batch is %s", d.Status)
	}
	return d
}

// wantSame holds what lies in the results bucket, and what the API says of it, to the laptop's, byte for byte.
func (s *site) wantSame(t *testing.T, got detail, want onLaptop) {
	t.Helper()
	if !bytes.Equal(got.Summary, want.summary) {
		t.Errorf("summary = %.500s\nwant %.500s", got.Summary, want.summary)
	}
	var results, rejections bytes.Buffer
	for _, key := range s.keys(t, "main/"+got.BatchID+"/") {
		switch {
		case strings.Contains(key, "/results/"):
			unpacked, err := gzip.NewReader(bytes.NewReader(s.object(t, key)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(&results, unpacked); err != nil {
				t.Fatal(err)
			}
		case strings.Contains(key, "/errors/"):
			rejections.Write(s.object(t, key))
		}
	}
	if !bytes.Equal(results.Bytes(), want.results) || len(want.results) == 0 {
		t.Errorf("%d bytes of results differ from the laptop's %d", results.Len(), len(want.results))
	}
	if !bytes.Equal(rejections.Bytes(), want.rejections) || len(want.rejections) == 0 {
		t.Errorf("%d bytes of rejections differ from the laptop's %d", rejections.Len(), len(want.rejections))
	}
}

// wantFirst holds the first page of a list to the first lines of what the laptop wrote.
func (s *site) wantFirst(t *testing.T, pass []string, id, list string, lines []byte) {
	t.Helper()
	answer := s.call(t, http.MethodGet, "/v1/batches/"+id+"/"+list+"?limit=50", "", pass...)
	page := decode[struct{ Results []json.RawMessage }](t, answer, http.StatusOK).Results
	for i, line := range bytes.SplitN(lines, []byte("\n"), 51)[:min(50, bytes.Count(lines, []byte("\n")))] {
		if len(page) <= i || !bytes.Equal(page[i], line) {
			t.Fatalf("%s: line %d of %d differs from the laptop's %s", list, i+1, len(page), line)
		}
	}
}

// keys lists the objects of the results bucket below a prefix, in order.
func (s *site) keys(t *testing.T, prefix string) (keys []string) {
	t.Helper()
	bucket := s.stack.Outputs["ResultsBucket"]
	listed, err := s.buckets.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range listed.Contents {
		keys = append(keys, *object.Key)
	}
	return keys
}

func (s *site) object(t *testing.T, key string) []byte {
	t.Helper()
	bucket := s.stack.Outputs["ResultsBucket"]
	got, err := s.buckets.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(got.Body)
	_ = got.Body.Close() // it was only read
	if err != nil {
		t.Fatal(err)
	}
	return content
}

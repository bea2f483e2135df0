// Package stream analyses a whole file at hand: read once, written once, in the order of the file, on all processors.
//
// Normal use:
//
//	summary, err := stream.Analyze(ctx, file, stream.Options{Name: name}, results, rejections)
//
// Memory is constant, however large the file is and however long its lines. It refuses a bad row with a rejection and a bad file
// with an error, and it keeps nothing.
package stream

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/customerai/customerai/shared/insight/analysis"
	"github.com/customerai/customerai/shared/insight/sentiment"
	"github.com/customerai/customerai/shared/workflow/batch/chunks"
	"github.com/customerai/customerai/shared/workflow/batch/rows"
	"github.com/customerai/customerai/shared/workflow/batch/source"
	"github.com/customerai/customerai/shared/workflow/batch/tally"
)

// fileChunk is small, because a worker holds a chunk, its results and its rejections in memory, and those of a smaller one stay
// where a processor reaches them soonest. It is bounded in rows, because a row of two bytes has a result of hundreds.
var fileChunk = chunks.Size{Bytes: 32 << 10, Rows: 256}

// Options say how a file is analysed. The zero value is ready for use.
type Options struct {
	Name        string         // decides the format; "" or "-" leaves that to the content
	Workers     int            // 0 for one per processor
	Progress    func(Progress) // called after each chunk, in order and never twice at once
	Calibration sentiment.Offsets
}

// Progress is how far the analysis of a file is. Bytes counts unpacked bytes.
type Progress struct {
	Bytes   int64
	Rows    int64
	Results int64
}

// Analyze analyses a whole file of any size in constant memory, with the code that the functions use for theirs. A done
// context ends it at once, but for a read of input that is under way. Results and rejections are written in the order of the
// file, one line of JSON each. A file that cannot be analysed gives an error with errs.Invalid or errs.TooLarge; then, and after
// any other error, what was written is not the whole.
func Analyze(ctx context.Context, input io.Reader, options Options, results, rejections io.Writer) (tally.Summary, error) {
	file, err := source.Open(input, options.Name, source.DefaultLimits())
	if err != nil {
		return tally.Summary{}, fmt.Errorf("open file: %w", err)
	}
	workers := options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := newPipeline(ctx, file, workers, options.Calibration)
	defer p.stop()
	total, err := p.collect(options.Progress, results, rejections)
	if err != nil {
		return tally.Summary{}, err
	}
	return total.Summary(), nil
}

// pipeline cuts a file, fans the chunks out to its workers and hands the results back in order. Jobs circulate: a job is
// filled by the cutter, done by a worker and emptied by the collector, and there are only so many of them.
type pipeline struct {
	ctx     context.Context
	cancel  context.CancelFunc
	cutter  chunks.Cutter
	layout  rows.Layout
	offsets sentiment.Offsets

	room    chan struct{} // for long records: see weightOf
	free    chan *job     // empty
	work    chan *job     // cut, for any worker
	ordered chan *job     // cut, in the order of the file
	workers sync.WaitGroup
}

// job is a chunk on its way. Its buffers are reused.
type job struct {
	chunk               chunks.Chunk
	results, rejections bytes.Buffer
	delta               *tally.Delta
	err                 error
	done                chan struct{} // holds one token when the job is done
}

// A record takes some hundred times its bytes while it is analysed, and its result some times. Half a megabyte of long records
// is under way at once, or one that is longer, however many workers there are.
const (
	longRecord = 16 << 10
	room       = 512 << 10 / longRecord
)

// weightOf is how much of the room for long records a chunk needs, 0 for most.
func weightOf(c chunks.Chunk) int {
	if c.Longest < longRecord {
		return 0
	}
	return min(1+c.Longest/longRecord, room)
}

// keptBuffer is how much memory for results a job keeps: enough for ordinary rows. Rows that are long or whose results are need
// many times that, and every job would hold on to it.
const keptBuffer = 4 << 20

// spare is how many jobs there are at most beside those at work, to go on with.
const spare = 4

func newPipeline(ctx context.Context, file *source.File, workers int, offsets sentiment.Offsets) *pipeline {
	jobs := workers + min(workers, spare)
	ctx, cancel := context.WithCancel(ctx)
	p := &pipeline{
		ctx: ctx, cancel: cancel, layout: file.Layout, offsets: offsets,
		cutter: chunks.Cutter{Scanner: file.Scanner, Size: fileChunk, Keep: true},
		room:   make(chan struct{}, room),
		free:   make(chan *job, jobs), work: make(chan *job, jobs), ordered: make(chan *job, jobs),
	}
	for range jobs {
		p.free <- &job{done: make(chan struct{}, 1)}
	}
	go p.cut()
	for range workers {
		p.workers.Go(p.analyze)
	}
	return p
}

// stop ends the pipeline. It does not wait for the cutter, which may be waiting for its input; that one ends with its read.
func (p *pipeline) stop() {
	p.cancel()
	p.workers.Wait()
}

// cut fills free jobs with the chunks of the file. Its queues hold every job there is, so that only the wait for a free one,
// or for room, can block.
func (p *pipeline) cut() {
	defer close(p.ordered)
	defer close(p.work)
	for {
		j, ok := receive(p.ctx, p.free)
		if !ok {
			return
		}
		if j.chunk, ok = p.cutter.Next(j.chunk.Data); !ok {
			return
		}
		for range weightOf(j.chunk) {
			select {
			case p.room <- struct{}{}:
			case <-p.ctx.Done():
				return
			}
		}
		p.ordered <- j
		p.work <- j
	}
}

func (p *pipeline) analyze() {
	fresh := func() chunks.Worker { return chunks.Worker{Analyzer: analysis.Analyzer{Calibration: p.offsets}} }
	for w := fresh(); ; {
		j, ok := receive(p.ctx, p.work)
		if !ok {
			return
		}
		reader := rows.NewReaderOf(j.chunk.Data, j.chunk.Damaged, p.layout, j.chunk.Start)
		j.delta, j.err = w.Analyze(p.ctx, reader, &j.results, &j.rejections)
		if weightOf(j.chunk) > 0 {
			w = fresh() // without the memory that it has got for the long record
		}
		j.done <- struct{}{}
	}
}

// receive returns the next of a channel, and not ok when it is closed or the context is done.
func receive[T any](ctx context.Context, from <-chan T) (next T, ok bool) {
	select {
	case next, ok = <-from:
		return next, ok
	case <-ctx.Done():
		return next, false
	}
}

// collect writes what the workers found, in order, and adds it up.
func (p *pipeline) collect(progress func(Progress), results, rejections io.Writer) (*tally.Delta, error) {
	var total tally.Delta
	for {
		j, ok := receive(p.ctx, p.ordered)
		if ok {
			_, ok = receive(p.ctx, j.done)
		}
		if !ok {
			break
		}
		if j.err != nil {
			return nil, j.err
		}
		if _, err := j.results.WriteTo(results); err != nil {
			return nil, fmt.Errorf("write results: %w", err)
		}
		if _, err := j.rejections.WriteTo(rejections); err != nil {
			return nil, fmt.Errorf("write rejections: %w", err)
		}
		weight := weightOf(j.chunk)
		if weight > 0 || j.results.Cap() > keptBuffer {
			j.results, j.chunk.Data = bytes.Buffer{}, nil
		}
		for range weight {
			<-p.room
		}
		total.Add(j.delta)
		if progress != nil {
			progress(Progress{Bytes: j.chunk.Start.Offset + j.chunk.Length, Rows: total.Rows, Results: total.Results})
		}
		p.free <- j
	}
	if err := p.ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.cutter.Scanner.Err(); err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	return &total, nil
}

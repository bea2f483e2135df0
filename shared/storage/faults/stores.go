package faults

import (
	"context"
	"io"

	"github.com/customerai/customerai/shared/storage/blob"
	"github.com/customerai/customerai/shared/storage/queue"
	"github.com/customerai/customerai/shared/storage/table"
)

// Table returns t with faults.
func (i *Injector) Table(t table.Table) table.Table { return faultyTable{i, t} }

// Bucket returns b with faults. Reading an object that was opened does not count as a call.
func (i *Injector) Bucket(b blob.Bucket) blob.Bucket { return faultyBucket{i, b} }

// Queue returns q with faults.
func (i *Injector) Queue(q queue.Queue) queue.Queue { return faultyQueue{i, q} }

// answer makes a call that returns something, and returns nothing when it breaks.
func answer[T any](i *Injector, store, op string, do func() (T, error)) (T, error) {
	var value, none T
	err := i.call(store, op, func() (err error) {
		value, err = do()
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}

type faultyTable struct {
	injector *Injector
	inner    table.Table
}

func (f faultyTable) Get(ctx context.Context, key table.Key) (table.Item, error) {
	return answer(f.injector, "table", "Get", func() (table.Item, error) { return f.inner.Get(ctx, key) })
}

func (f faultyTable) Put(ctx context.Context, item table.Item, condition table.Condition) error {
	return f.injector.call("table", "Put", func() error { return f.inner.Put(ctx, item, condition) })
}

func (f faultyTable) Delete(ctx context.Context, key table.Key, condition table.Condition) error {
	return f.injector.call("table", "Delete", func() error { return f.inner.Delete(ctx, key, condition) })
}

func (f faultyTable) Query(ctx context.Context, query table.Query) (table.Page, error) {
	return answer(f.injector, "table", "Query", func() (table.Page, error) { return f.inner.Query(ctx, query) })
}

func (f faultyTable) Transact(ctx context.Context, token string, writes []table.Write) error {
	return f.injector.call("table", "Transact", func() error { return f.inner.Transact(ctx, token, writes) })
}

type faultyBucket struct {
	injector *Injector
	inner    blob.Bucket
}

func (f faultyBucket) Open(ctx context.Context, key string, r blob.Range) (blob.Object, error) {
	var opened blob.Object
	object, err := answer(f.injector, "bucket", "Open", func() (_ blob.Object, err error) {
		opened, err = f.inner.Open(ctx, key, r)
		return opened, err
	})
	if err != nil && opened.ReadCloser != nil {
		// The caller never sees the object, so it cannot close it. The fault is what it must hear about.
		_ = opened.Close()
	}
	return object, err
}

func (f faultyBucket) Write(ctx context.Context, key string, r io.Reader, options blob.WriteOptions) (blob.Info, error) {
	return answer(f.injector, "bucket", "Write", func() (blob.Info, error) { return f.inner.Write(ctx, key, r, options) })
}

func (f faultyBucket) Stat(ctx context.Context, key string) (blob.Info, error) {
	return answer(f.injector, "bucket", "Stat", func() (blob.Info, error) { return f.inner.Stat(ctx, key) })
}

func (f faultyBucket) List(ctx context.Context, prefix, cursor string, limit int) (blob.Page, error) {
	return answer(f.injector, "bucket", "List", func() (blob.Page, error) { return f.inner.List(ctx, prefix, cursor, limit) })
}

func (f faultyBucket) Delete(ctx context.Context, key, version string) error {
	return f.injector.call("bucket", "Delete", func() error { return f.inner.Delete(ctx, key, version) })
}

type faultyQueue struct {
	injector *Injector
	inner    queue.Queue
}

func (f faultyQueue) Send(ctx context.Context, bodies ...string) error {
	return f.injector.call("queue", "Send", func() error { return f.inner.Send(ctx, bodies...) })
}

func (f faultyQueue) Receive(ctx context.Context, limit int) ([]queue.Delivery, error) {
	return answer(f.injector, "queue", "Receive", func() ([]queue.Delivery, error) { return f.inner.Receive(ctx, limit) })
}

func (f faultyQueue) Delete(ctx context.Context, receipt string) error {
	return f.injector.call("queue", "Delete", func() error { return f.inner.Delete(ctx, receipt) })
}

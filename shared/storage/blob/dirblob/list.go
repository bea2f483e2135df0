package dirblob

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/storage/blob"
)

// List implements blob.Bucket. A cursor is the last key of the page before. One folder's names are in memory at a time
// for each level of the path.
func (b *Bucket) List(ctx context.Context, prefix, cursor string, limit int) (blob.Page, error) {
	if err := ctx.Err(); err != nil {
		return blob.Page{}, err
	}
	if err := blob.ValidListing(prefix, cursor, limit); err != nil {
		return blob.Page{}, err
	}
	folder := prefix[:strings.LastIndexByte(prefix, '/')+1]
	if folder != "" && blob.ValidKey(strings.TrimSuffix(folder, "/")) != nil {
		return blob.Page{}, nil //nolint:nilerr // no key begins so, and an empty page is the answer
	}
	w := walk{files: b.root.FS(), prefix: prefix, cursor: cursor, limit: limit}
	if err := w.folder(ctx, folder); err != nil && !errors.Is(err, errFull) {
		return blob.Page{}, err
	}
	return w.page, nil
}

// errFull ends a walk whose page is full.
var errFull = errors.New("page is full")

type walk struct {
	files          fs.FS
	prefix, cursor string
	limit          int
	page           blob.Page
}

// folder visits what lies below a folder, named "" or with a slash at its end, in the order of the keys' bytes.
func (w *walk) folder(ctx context.Context, folder string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := fs.ReadDir(w.files, path.Clean(folder))
	if missing(err) {
		return nil
	}
	if err != nil {
		return unavailable("list objects", err)
	}
	// A folder's keys go on with a slash, which sorts after "-" and "." and before letters: the order of names alone
	// would put "a/x" before "a-b".
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(segment(a), segment(b)) })
	for _, entry := range entries {
		if err := w.entry(ctx, folder, entry); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) entry(ctx context.Context, folder string, entry fs.DirEntry) error {
	key := folder + segment(entry)
	if entry.IsDir() {
		outside := !strings.HasPrefix(key, w.prefix) && !strings.HasPrefix(w.prefix, key)
		seen := key < w.cursor && !strings.HasPrefix(w.cursor, key)
		if outside || seen || strings.HasPrefix(entry.Name(), ".") {
			return nil
		}
		return w.folder(ctx, key)
	}
	if !entry.Type().IsRegular() || !w.wants(key) {
		return nil
	}
	if len(w.page.Objects) == w.limit {
		w.page.Next = w.page.Objects[w.limit-1].Key
		return errFull
	}
	stat, err := entry.Info()
	if missing(err) {
		return nil // deleted since the folder was read
	}
	if err != nil {
		return unavailable("list objects", err)
	}
	w.page.Objects = append(w.page.Objects, describe(key, stat))
	return nil
}

// wants reports whether a key is one, and is listed on this page or a later one.
func (w *walk) wants(key string) bool {
	return strings.HasPrefix(key, w.prefix) && key > w.cursor && blob.ValidKey(key) == nil
}

func segment(entry fs.DirEntry) string {
	if entry.IsDir() {
		return entry.Name() + "/"
	}
	return entry.Name()
}

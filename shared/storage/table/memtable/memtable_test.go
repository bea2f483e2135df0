package memtable_test

import (
	"testing"
	"time"

	"github.com/customerai/customerai/shared/storage/table"
	"github.com/customerai/customerai/shared/storage/table/memtable"
	"github.com/customerai/customerai/shared/storage/table/tabletest"
)

func open(_ *testing.T, now func() time.Time) table.Table { return memtable.New(now) }

func TestConformance(t *testing.T) { tabletest.Run(t, open) }

func TestTwoMemoriesAgree(t *testing.T) { tabletest.Agree(t, 10, open, open) }

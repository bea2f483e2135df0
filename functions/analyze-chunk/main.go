// Command analyze-chunk is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"

	"github.com/customerai/customerai/functions/analyze-chunk/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/workflow/batch/chunks"
)

func main() {
	chunks.BoundMemory()
	start := coldstart.New("analyze-chunk", os.LookupEnv)
	h := handler.New(handler.Deps{
		Table:   dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now),
		Uploads: s3blob.Open(start.AWS, start.Setting("UPLOADS_BUCKET"), start.Now),
		Results: s3blob.Open(start.AWS, start.Setting("RESULTS_BUCKET"), start.Now),
		Now:     start.Now,
	})
	if err := start.Queue(h.Handle); err != nil {
		os.Exit(1)
	}
}

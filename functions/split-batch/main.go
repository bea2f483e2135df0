// Command split-batch is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"

	"github.com/customerai/customerai/functions/split-batch/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/storage/queue/sqsqueue"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

func main() {
	start := coldstart.New("split-batch", os.LookupEnv)
	h := handler.New(handler.Deps{
		Table:   dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now),
		Uploads: s3blob.Open(start.AWS, start.Setting("UPLOADS_BUCKET"), start.Now),
		Results: s3blob.Open(start.AWS, start.Setting("RESULTS_BUCKET"), start.Now),
		Chunks:  sqsqueue.Open(start.AWS, start.Setting("CHUNKS_QUEUE_URL")),
		Now:     start.Now,
	})
	if err := start.Queue(h.Handle); err != nil {
		os.Exit(1)
	}
}

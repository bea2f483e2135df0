// Command checkpoint-audit is the Lambda function of that name. Its handler says what it does.
package main

import (
	"crypto/rand"
	"os"

	"github.com/customerai/customerai/functions/checkpoint-audit/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

func main() {
	start := coldstart.New("checkpoint-audit", os.LookupEnv)
	h := handler.New(handler.Deps{
		Table:       dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now),
		Checkpoints: s3blob.Open(start.AWS, start.Setting("CHECKPOINTS_BUCKET"), start.Now),
		Secrets:     start.Secrets, Now: start.Now, NewID: rand.Text,
	})
	if err := start.Schedule(h.Handle); err != nil {
		os.Exit(1)
	}
}

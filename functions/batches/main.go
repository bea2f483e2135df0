// Command batches is the Lambda function of that name. Its handler says what it does.
package main

import (
	"crypto/rand"
	"os"

	"github.com/customerai/customerai/functions/batches/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

func main() {
	start := coldstart.New("batches", os.LookupEnv)
	table := dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now)
	config, log := httpstart.Audited(start, table)
	api, err := handler.New(handler.Deps{
		Table:   table,
		Uploads: s3blob.Open(start.AWS, start.Setting("UPLOADS_BUCKET"), start.Now),
		Results: s3blob.Open(start.AWS, start.Setting("RESULTS_BUCKET"), start.Now),
		Now:     start.Now, NewID: rand.Text, Audit: log,
	}, config)
	if err := httpstart.Serve(start, api, err); err != nil {
		os.Exit(1)
	}
}

// Command audit is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"

	"github.com/customerai/customerai/functions/audit/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

func main() {
	start := coldstart.New("audit", os.LookupEnv)
	table := dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now)
	config, log := httpstart.Audited(start, table)
	api, err := handler.New(handler.Deps{
		Table: table, Audit: log, Keep: start.Keeps(manifest.KeepAudit), Now: start.Now,
		Checkpoints: s3blob.Open(start.AWS, start.Setting("CHECKPOINTS_BUCKET"), start.Now),
	}, config)
	if err := httpstart.Serve(start, api, err); err != nil {
		os.Exit(1)
	}
}

// Command token is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"

	"github.com/customerai/customerai/functions/token/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

func main() {
	start := coldstart.New("token", os.LookupEnv)
	table := dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now)
	config, log := httpstart.Audited(start, table)
	api, err := handler.New(handler.Deps{Secrets: start.Secrets, Table: table, Audit: log}, config)
	if err := httpstart.Serve(start, api, err); err != nil {
		os.Exit(1)
	}
}

// Command principals is the Lambda function of that name. Its handler says what it does.
package main

import (
	"crypto/rand"
	"os"

	"github.com/customerai/customerai/functions/principals/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/trust/principals"
)

func main() {
	start := coldstart.New("principals", os.LookupEnv)
	table := dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now)
	config, log := httpstart.Audited(start, table)
	service := &principals.Service{Table: table, Audit: log, Now: start.Now, NewID: rand.Text}
	api, err := handler.New(handler.Deps{Secrets: start.Secrets, Principals: service}, config)
	if err := httpstart.Serve(start, api, err); err != nil {
		os.Exit(1)
	}
}

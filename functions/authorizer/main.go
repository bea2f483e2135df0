// Command authorizer is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"

	"github.com/customerai/customerai/functions/authorizer/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

func main() {
	start := coldstart.New("authorizer", os.LookupEnv)
	h := handler.New(handler.Deps{
		Secrets: start.Secrets, Table: dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now),
		Stage: start.Stage, Logger: start.Logger, Now: start.Now,
	})
	if err := coldstart.Invoke(start, h.Handle); err != nil {
		os.Exit(1)
	}
}

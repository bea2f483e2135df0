// Command sentiment is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"
	"time"

	"github.com/customerai/customerai/functions/sentiment/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
)

func main() {
	start := coldstart.New("sentiment", os.LookupEnv)
	table := dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now)
	api, err := handler.New(handler.Deps{Table: table, Now: start.Now, Remember: time.Minute}, httpstart.Config(start, nil))
	if err := httpstart.Serve(start, api, err); err != nil {
		os.Exit(1)
	}
}

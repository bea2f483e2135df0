// Command token is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"

	"github.com/customerai/customerai/functions/token/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
)

func main() {
	start := coldstart.New("token", os.LookupEnv)
	api, err := handler.New(handler.Deps{Secrets: start.Secrets}, httpstart.Config(start, nil))
	if err := httpstart.Serve(start, api, err); err != nil {
		os.Exit(1)
	}
}

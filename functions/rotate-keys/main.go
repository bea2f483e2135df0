// Command rotate-keys is the Lambda function of that name. Its handler says what it does.
package main

import (
	"os"

	"github.com/customerai/customerai/functions/rotate-keys/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/trust/secrets/managersecrets"
)

func main() {
	start := coldstart.New("rotate-keys", os.LookupEnv)
	id := start.Settings.Optional("SECRETS_ID", "") // outside of development, the secrets that were read before have asked for it
	h := handler.New(handler.Deps{Versions: managersecrets.OpenVersions(start.AWS, id), Logger: start.Logger, Now: start.Now})
	if err := coldstart.Invoke(start, h.Handle); err != nil {
		os.Exit(1)
	}
}

// Command privacy is the Lambda function of that name. Its handler says what it does.
package main

import (
	"crypto/rand"
	"os"

	"github.com/customerai/customerai/functions/privacy/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/edge/coldstart/httpstart"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
)

func main() {
	start := coldstart.New("privacy", os.LookupEnv)
	table := dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now)
	config, log := httpstart.Audited(start, table)
	api, err := handler.New(handler.Deps{
		Table: table, Keys: dynamotable.Open(start.AWS, start.Setting("KEYS_TABLE_NAME"), start.Now),
		Wrapper: kmswrapper.Open(kmswrapper.Config{AWS: start.AWS, Key: start.Setting("SUBJECTS_KEY_ID"), Secrets: start.Secrets, Now: start.Now, Logger: start.Logger}),
		Secrets: start.Secrets, Audit: log, Originals: start.Keeps(manifest.KeepOriginals), Now: start.Now, NewID: rand.Text, Random: rand.Reader,
	}, config)
	if err := httpstart.Serve(start, api, err); err != nil {
		os.Exit(1)
	}
}

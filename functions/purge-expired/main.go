// Command purge-expired is the Lambda function of that name. Its handler says what it does.
package main

import (
	"crypto/rand"
	"os"

	"github.com/customerai/customerai/functions/purge-expired/handler"
	"github.com/customerai/customerai/shared/edge/coldstart"
	"github.com/customerai/customerai/shared/manifest"
	"github.com/customerai/customerai/shared/storage/blob/s3blob"
	"github.com/customerai/customerai/shared/storage/table/dynamotable"
	"github.com/customerai/customerai/shared/trust/vault/kmswrapper"
)

func main() {
	start := coldstart.New("purge-expired", os.LookupEnv)
	h := handler.New(handler.Deps{
		Table: dynamotable.Open(start.AWS, start.Setting("TABLE_NAME"), start.Now), Keys: dynamotable.Open(start.AWS, start.Setting("KEYS_TABLE_NAME"), start.Now),
		Wrapper:     kmswrapper.Open(kmswrapper.Config{AWS: start.AWS, Key: start.Setting("SUBJECTS_KEY_ID"), Secrets: start.Secrets, Now: start.Now, Logger: start.Logger}),
		Uploads:     s3blob.Open(start.AWS, start.Setting("UPLOADS_BUCKET"), start.Now),
		Results:     s3blob.Open(start.AWS, start.Setting("RESULTS_BUCKET"), start.Now),
		Checkpoints: s3blob.Open(start.AWS, start.Setting("CHECKPOINTS_BUCKET"), start.Now),
		KeepResults: start.Keeps(manifest.KeepResults), KeepOriginals: start.Keeps(manifest.KeepOriginals), KeepAudit: start.Keeps(manifest.KeepAudit),
		Secrets: start.Secrets, Now: start.Now, NewID: rand.Text, Random: rand.Reader,
	})
	if err := start.Schedule(h.Handle); err != nil {
		os.Exit(1)
	}
}

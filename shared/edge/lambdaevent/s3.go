package lambdaevent

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/errs"
)

// S3Object is an object that has landed in a bucket.
type S3Object struct {
	Bucket    string
	Key       string // as it was put: the notification's escapes are undone
	Size      int64
	ETag      string
	VersionID string // "" in a bucket without versions
}

// notification is the part of S3's event that matters here.
type notification struct {
	Event   string `json:"Event"` // s3:TestEvent, when the notification is being set up
	Records []struct {
		EventVersion string `json:"eventVersion"`
		EventSource  string `json:"eventSource"`
		EventName    string `json:"eventName"`
		S3           struct {
			Bucket struct {
				Name string `json:"name"`
			} `json:"bucket"`
			Object struct {
				Key       string `json:"key"`
				Size      int64  `json:"size"`
				ETag      string `json:"eTag"`
				VersionID string `json:"versionId"`
			} `json:"object"`
		} `json:"s3"`
	} `json:"Records"`
}

// maxObjectKey is S3's limit, in bytes of UTF-8.
const maxObjectKey = 1024

// S3Objects reads the objects out of a notification in a queue's message. The test event has none; records of other events
// than ObjectCreated are passed over. errs.Invalid for what is not a notification.
func S3Objects(body string) ([]S3Object, error) {
	var n notification
	if err := json.Unmarshal([]byte(body), &n); err != nil {
		return nil, errs.New(errs.Invalid, "the message is not an S3 notification") // the cause would quote it
	}
	if n.Event == "s3:TestEvent" && n.Records == nil {
		return nil, nil
	}
	if len(n.Records) == 0 {
		return nil, errs.New(errs.Invalid, "the message is not an S3 notification: it has no records")
	}
	var objects []S3Object
	for _, record := range n.Records {
		if record.EventSource != "aws:s3" || !strings.HasPrefix(record.EventVersion, "2.") {
			return nil, errs.New(errs.Invalid, "a record is not of S3, or not of event version 2")
		}
		if !strings.HasPrefix(record.EventName, "ObjectCreated:") {
			continue
		}
		object := record.S3.Object
		key, err := url.QueryUnescape(object.Key) // a space comes as +
		switch {
		case record.S3.Bucket.Name == "":
			return nil, errs.New(errs.Invalid, "a record names no bucket")
		case err != nil || key == "" || len(key) > maxObjectKey || !utf8.ValidString(key):
			return nil, errs.New(errs.Invalid, "a record's key is empty, too long or not well escaped")
		case object.Size < 0:
			return nil, errs.New(errs.Invalid, "a record's size is negative")
		}
		objects = append(objects, S3Object{record.S3.Bucket.Name, key, object.Size, object.ETag, object.VersionID})
	}
	return objects, nil
}

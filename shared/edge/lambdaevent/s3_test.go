package lambdaevent_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/edge/lambdaevent"
	"github.com/customerai/customerai/shared/errs"
)

// record is one record of a notification as S3 writes it.
func record(event, key string) string {
	return fmt.Sprintf(`{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2026-01-02T03:04:05.000Z","eventName":%q,`+
		`"userIdentity":{"principalId":"AWS:X"},"requestParameters":{"sourceIPAddress":"192.0.2.1"},"responseElements":{"x-amz-request-id":"R"},`+
		`"s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"uploads","ownerIdentity":{"principalId":"A"},"arn":"arn:aws:s3:::uploads"},`+
		`"object":{"key":%q,"size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","versionId":"v1","sequencer":"0055AED6DCD90281E5"}}}`, event, key)
}

func notification(records ...string) string {
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func TestKeysComeBackAsTheyWerePut(t *testing.T) {
	for escaped, want := range map[string]string{
		"incoming/main/b1/rows.csv":     "incoming/main/b1/rows.csv",
		"incoming/a+b.csv":              "incoming/a b.csv",
		"incoming/a%2Bb.csv":            "incoming/a+b.csv",
		"incoming/a%20b.csv":            "incoming/a b.csv",
		"incoming/gr%C3%BC%C3%9Fe.csv":  "incoming/grüße.csv",
		"incoming/100%25.csv":           "incoming/100%.csv",
		"incoming/100%2525.csv":         "incoming/100%25.csv",
		"incoming/a%2Fb.csv":            "incoming/a/b.csv",
		"incoming/%F0%9F%98%80.jsonl":   "incoming/😀.jsonl",
		"incoming/a%26b%3Dc%3F%23.csv":  "incoming/a&b=c?#.csv",
		"incoming/..%2F..%2Fetc/passwd": "incoming/../../etc/passwd",
		strings.Repeat("k", 1024):       strings.Repeat("k", 1024),
	} {
		got, err := lambdaevent.S3Objects(notification(record("ObjectCreated:Put", escaped)))
		wanted := []lambdaevent.S3Object{{
			Bucket: "uploads", Key: want, Size: 1024, ETag: "d41d8cd98f00b204e9800998ecf8427e", VersionID: "v1",
		}}
		if err != nil || !reflect.DeepEqual(got, wanted) {
			t.Errorf("key %q = %+v, %v; want %+v", escaped, got, err, wanted)
		}
	}
}

func TestANotificationMayHoldSeveralObjectsAndOtherEvents(t *testing.T) {
	got, err := lambdaevent.S3Objects(notification(
		record("ObjectCreated:Put", "a"), record("ObjectRemoved:Delete", "b"), record("ObjectCreated:CompleteMultipartUpload", "c"),
		record("ObjectCreated:Copy", "a"), record("ObjectRestore:Completed", "d"),
	))
	var keys []string
	for _, object := range got {
		keys = append(keys, object.Key)
	}
	if want := "[a c a]"; err != nil || fmt.Sprint(keys) != want {
		t.Errorf("keys = %v, %v; want %s", keys, err, want)
	}
}

func TestTheTestEventHasNoObjects(t *testing.T) {
	got, err := lambdaevent.S3Objects(`{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-02T03:04:05.000Z","Bucket":"uploads","RequestId":"R","HostId":"H"}`)
	if err != nil || got != nil {
		t.Errorf("objects = %v, %v; want none", got, err)
	}
}

func TestWhatIsNotANotificationIsRefused(t *testing.T) {
	good := record("ObjectCreated:Put", "a")
	replace := func(part, with string) string { return notification(strings.Replace(good, part, with, 1)) }
	for name, body := range map[string]string{
		"nothing":                  ``,
		"text":                     `hunter2`,
		"a list":                   `[]`,
		"an empty object":          `{}`,
		"no records":               `{"Records":[]}`,
		"null records":             `{"Records":null}`,
		"records of another type":  `{"Records":"hunter2"}`,
		"an empty record":          `{"Records":[{}]}`,
		"another service":          replace("aws:s3", "aws:sns"),
		"another version":          replace(`"eventVersion":"2.1"`, `"eventVersion":"3.0"`),
		"no version":               replace(`"eventVersion":"2.1",`, ``),
		"no bucket":                replace(`"name":"uploads"`, `"name":""`),
		"no key":                   replace(`"key":"a"`, `"key":""`),
		"a bad escape":             replace(`"key":"a"`, `"key":"hunter2%zz"`),
		"a cut escape":             replace(`"key":"a"`, `"key":"a%2"`),
		"a key that is not UTF-8":  replace(`"key":"a"`, `"key":"%ff"`),
		"a key that is too long":   replace(`"key":"a"`, `"key":"`+strings.Repeat("k", 1025)+`"`),
		"a negative size":          replace(`"size":1024`, `"size":-1`),
		"a size that is a string":  replace(`"size":1024`, `"size":"1024"`),
		"a size over 64 bits":      replace(`"size":1024`, `"size":18446744073709551616`),
		"a second bad record":      notification(good, `{"eventSource":"aws:sqs"}`),
		"an EventBridge event":     `{"version":"0","source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"uploads"},"object":{"key":"a"}}}`,
		"cut off":                  notification(good)[:200],
		"two values":               notification(good) + notification(good),
		"a test event with others": `{"Event":"s3:TestEvent","Records":[]}`,
	} {
		got, err := lambdaevent.S3Objects(body)
		if !errs.Is(err, errs.Invalid) || strings.Contains(fmt.Sprint(err), "hunter2") {
			t.Errorf("%s: %v, %v; want errs.Invalid without values", name, got, err)
		}
	}
}

// FuzzS3Objects: every object that is read is one that S3 could hold, whatever the text.
func FuzzS3Objects(f *testing.F) {
	f.Add(notification(record("ObjectCreated:Put", "a+b%20c"), record("ObjectRemoved:Delete", "b")))
	f.Add(`{"Service":"Amazon S3","Event":"s3:TestEvent"}`)
	f.Add(notification(record("ObjectCreated:Put", "%ff")))
	f.Add(`{"Records":[{"eventVersion":"2.","eventSource":"aws:s3","eventName":"ObjectCreated:","s3":{"bucket":{"name":"b"},"object":{"key":"+"}}}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		objects, err := lambdaevent.S3Objects(body)
		if err != nil && (objects != nil || !errs.Is(err, errs.Invalid)) {
			t.Errorf("S3Objects = %v, %v; want no objects and errs.Invalid", objects, err)
		}
		for _, object := range objects {
			if object.Bucket == "" || object.Key == "" || len(object.Key) > 1024 || !utf8.ValidString(object.Key) || object.Size < 0 {
				t.Errorf("object = %+v, want one that S3 could hold", object)
			}
		}
	})
}

package stack_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/manifest"
)

// usesFile says what the real functions use, as a recorder between them and the emulators has seen it.
const usesFile = "../../runtimeapi/testdata/uses.txt"

// unused is all that roles grant and the functions have not been seen to use: a line of "function action resource", in which
// * stands for any, and why it is granted nevertheless.
var unused = []struct{ grant, reason string }{
	{"* s3:ListBucket *", "without it a missing object is answered with \"forbidden\" instead of \"not found\""},
	{"checkpoint-audit dynamodb:PutItem table", "notes how far a chain is fixed once an hour of it is over, which a test of minutes does not see"},
	{"checkpoint-audit s3:GetObject checkpoints", "reads the checkpoint before the one that it writes, which a test of minutes does not see"},
	{"checkpoint-audit s3:PutObject checkpoints", "writes a checkpoint once an hour of a chain is over, which a test of minutes does not see"},
	{"checkpoint-audit s3:AbortMultipartUpload checkpoints", "used when a large upload is given up halfway, which no emulator brings about"},
	{"* s3:AbortMultipartUpload results", "used when a large upload is given up halfway, which no emulator brings about"},
	{"* dynamodb:ConditionCheckItem *", "writes are granted as the port has them, and a transaction may depend on an item that it leaves alone"},
	{"* dynamodb:DeleteItem table", "writes are granted as the port has them, and Delete is one of them"},
	{"authorizer dynamodb:GetItem table", "reads are granted as the port has them; record and revocations come in one query"},
	{"sentiment dynamodb:GetItem table", "reads are granted as the port has them; the newest settings are the first of a query"},
	{"token dynamodb:Query table", "reads are granted as the port has them; names, sessions and counts are got one by one"},
	{"health dynamodb:Query table", "reads are granted as the port has them; readiness gets one item"},
	{"privacy dynamodb:Query keys", "reads are granted as the port has them; a key is got by its person"},
	{"purge-expired dynamodb:DeleteItem keys", "destroys keys that nothing was kept under for a day, which a test of minutes does not see"},
	{"purge-expired s3:DeleteObjectVersion results", "removes the results of batches that are a year old, of which there are none yet"},
	{"purge-expired s3:DeleteObjectVersion uploads", "removes files that were not analysed within a month, of which there are none yet"},
	{"purge-expired s3:ListBucketVersions results", "finds every version of the results that it removes"},
	{"purge-expired s3:GetObject results", "reads are granted as the port has them; old results are listed and not read"},
	{"purge-expired s3:PutObject results", "writes are granted as the port has them; it removes objects and writes none"},
	{"split-batch s3:DeleteObjectVersion results", "removes what is left of the chunks of a file that is refused halfway"},
	{"split-batch s3:ListBucketVersions results", "finds every version of the chunks that it removes"},
	{"split-batch s3:DeleteObjectVersion uploads", "removes a file that has no rows, which no chunk would"},
}

// carried are statements that the function does not use itself: Lambda, or another service in its name, does.
var carried = []string{"WriteOwnLog", "SendTraces", "ConsumeQueue", "DeadLetters", "UseDataKey"}

func TestRolesGrantWhatFunctionsUseAndEverythingElseHasItsReason(t *testing.T) {
	text, err := os.ReadFile(usesFile)
	if err != nil {
		t.Fatal(err)
	}
	used := strings.Split(strings.TrimSpace(string(text)), "\n")
	grants := grantsOf(t)
	for _, use := range used {
		if !slices.Contains(grants, use) {
			t.Errorf("%s is used and not granted", use)
		}
	}
	needed := map[string]bool{}
	for _, grant := range grants {
		if slices.Contains(used, grant) {
			continue
		}
		reasons := 0
		for _, exception := range unused {
			if matches(exception.grant, grant) {
				needed[exception.grant] = true
				reasons++
			}
		}
		if reasons != 1 {
			t.Errorf("%s is granted and not used, and has %d reasons in the list, want one", grant, reasons)
		}
	}
	for _, exception := range unused {
		if !needed[exception.grant] || len(strings.Fields(exception.reason)) < 6 {
			t.Errorf("%s: the exception has no use or no reason (%s)", exception.grant, exception.reason)
		}
	}
}

// grantsOf returns a line for each action that the production template's roles grant on one of the bundle's resources.
func grantsOf(t *testing.T) (lines []string) {
	t.Helper()
	for _, f := range manifest.Functions {
		for id, role := range resourcesOf(t, production(), "AWS::IAM::Role") {
			if !strings.HasPrefix(id, pascal(f.Name)+"Role") {
				continue
			}
			for _, document := range documents(role["Policies"]) {
				for _, statement := range document["Statement"].([]any) {
					s := statement.(map[string]any)
					if slices.Contains(carried, s["Sid"].(string)) {
						continue
					}
					for _, action := range textsOf(s["Action"]) {
						lines = append(lines, f.Name+" "+action+" "+resourceOf(t, s["Resource"]))
					}
				}
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// resourceOf names what a statement is about as the manifest does.
func resourceOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	for prefix, resource := range map[string]manifest.Resource{
		"Table": manifest.Table, "KeysTable": manifest.Keys, "SubjectsKey": manifest.SubjectsKey, "UploadsBucket": manifest.Uploads, "ResultsBucket": manifest.Results, "CheckpointsBucket": manifest.Checkpoints,
		"UploadsQueue": manifest.UploadsQueue, "ChunksQueue": manifest.ChunksQueue, "Secrets": manifest.Secrets,
	} {
		if strings.Contains(string(text), `["`+prefix) {
			return string(resource)
		}
	}
	return string(text)
}

func matches(pattern, grant string) bool {
	want, got := strings.Fields(pattern), strings.Fields(grant)
	for i := range want {
		if i >= len(got) || want[i] != "*" && want[i] != got[i] {
			return false
		}
	}
	return len(want) == len(got)
}

package coldstart

import (
	"net/url"
	"strings"
)

// flaw says what is wrong with a name that is there, or "". The service would refuse it too, but at the first request and not
// at the start. It compiles no regular expression: every cold start comes by here.
func flaw(setting, value string) string {
	switch value = strings.TrimSpace(value); {
	case value == "":
		return "" // told as missing
	case isPlaceholder(value):
		return "is a placeholder"
	case strings.HasSuffix(setting, "TABLE_NAME") && (len(value) < 3 || len(value) > 255 || strings.Trim(value, letters+"_") != ""):
		return "must be a table's name: 3 to 255 letters, digits, dots, hyphens and underscores"
	case strings.HasSuffix(setting, "_BUCKET") && (len(value) < 3 || len(value) > 63 || strings.Trim(value, strings.ToLower(letters)) != ""):
		return "must be a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens"
	case strings.HasSuffix(setting, "_URL") && !isQueue(value):
		return "must be a queue's http or https address"
	case strings.HasSuffix(setting, "_KEY_ID") && !isKey(value):
		return "must be the ARN of a key of KMS"
	case strings.HasSuffix(setting, "_ID") && (len(value) > 2048 || strings.Trim(value, letters+"_/+=@:") != ""):
		return "must be a secret's name or ARN"
	}
	return ""
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

func isQueue(value string) bool {
	u, err := url.Parse(value)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.Trim(u.Path, "/") != ""
}

// isKey knows the ARN of a key. An alias could be pointed at another key, and an id alone is one of any account.
func isKey(value string) bool {
	part := strings.Split(value, ":")
	if len(part) != 6 || part[0] != "arn" || part[2] != "kms" || part[3] == "" || part[4] == "" {
		return false
	}
	id, ok := strings.CutPrefix(part[5], "key/")
	return ok && id != "" && len(value) <= 2048 && strings.Trim(id, letters) == ""
}

// isPlaceholder knows what people leave to be replaced. Brackets and dollar signs are in no name anyway.
func isPlaceholder(value string) bool {
	word := strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(strings.ToLower(value))
	for _, part := range []string{"changeme", "changethis", "replaceme", "placeholder", "fixme"} {
		if strings.Contains(word, part) {
			return true
		}
	}
	switch word {
	case "", "todo", "tbd", "none", "null", "nil", "undefined", "unset", "xxx":
		return true
	}
	return false
}

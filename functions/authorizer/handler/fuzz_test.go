package handler_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// FuzzHandle: whatever the gateway's event, nobody is let in but by the one token that there is, in one Authorization header.
// It stands in the texts as TOKEN, since every process that fuzzes has keys of its own.
func FuzzHandle(f *testing.F) {
	const arn = "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/production/GET/"
	fixture := newFixture(f, nil)
	for _, authorization := range []string{"Bearer TOKEN", "bearer  TOKEN", "Basic eDp5", "TOKEN", "Bearer TOKEN, Bearer TOKEN", "Bearer TOKEN\n"} {
		for _, event := range []events.APIGatewayCustomAuthorizerRequestTypeRequest{
			{MethodArn: arn, Headers: map[string]string{"Authorization": authorization}},
			{MethodArn: arn, MultiValueHeaders: map[string][]string{"authorization": {authorization}}},
			{MethodArn: arn, MultiValueHeaders: map[string][]string{"Authorization": {authorization, authorization}}},
		} {
			raw, err := json.Marshal(event)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
	f.Add([]byte(`{"headers":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var event events.APIGatewayCustomAuthorizerRequestTypeRequest
		if json.Unmarshal(bytes.ReplaceAll(raw, []byte("TOKEN"), []byte(fixture.token)), &event) != nil {
			return // the runtime refuses it
		}
		response, err := fixture.Handle(t.Context(), event)
		if err != nil {
			return
		}
		var given []string
		for name, values := range event.MultiValueHeaders {
			if strings.EqualFold(name, "Authorization") {
				given = append(given, values...)
			}
		}
		if len(given) == 0 {
			for name, value := range event.Headers {
				if strings.EqualFold(name, "Authorization") {
					given = append(given, value)
				}
			}
		}
		header := http.Header{"Authorization": given}
		scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
		if len(given) != 1 || !strings.EqualFold(scheme, "Bearer") || strings.TrimLeft(token, " ") != fixture.token {
			t.Errorf("%q are let in as %s", given, response.PrincipalID)
		}
	})
}

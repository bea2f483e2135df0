package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Services calls the services that the module has no client for, in their own protocols and signed.
type Services struct{ Config aws.Config }

// Query calls an action of a service that takes forms and answers in XML.
func (s Services) Query(ctx context.Context, service string, form url.Values) ([]byte, error) {
	form.Set("Version", "2010-05-15") // CloudFormation's
	return s.call(ctx, service, http.MethodPost, "/", []byte(form.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// JSON calls an action of a service that is asked for by header, with a body in JSON.
func (s Services) JSON(ctx context.Context, service, target string, body []byte) ([]byte, error) {
	return s.call(ctx, service, http.MethodPost, "/", body, http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {target}})
}

// REST calls a service by method and path.
func (s Services) REST(ctx context.Context, service, method, path string, body []byte) ([]byte, error) {
	return s.call(ctx, service, method, path, body, http.Header{"Content-Type": {"application/json"}})
}

func (s Services) call(ctx context.Context, service, method, path string, body []byte, header http.Header) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, *s.Config.BaseEndpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header
	credentials, err := s.Config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("retrieve credentials: %w", err)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), service, s.Config.Region, time.Now()); err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	response, err := s.Config.HTTPClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s answers %s: %s", service, response.Status, text)
	}
	return text, nil
}

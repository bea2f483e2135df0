package e2e

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Stack is what was deployed.
type Stack struct {
	Name    string
	Outputs map[string]string
}

// bootstrapVersion is the parameter by which a template asks whether the account was bootstrapped.
const bootstrapVersion = "/cdk-bootstrap/hnb659fds/version"

// Deploy does what `cdk bootstrap` and `cdk deploy` do: it puts the assets into their buckets, makes the stack and waits
// until it is complete. The error of a stack that could not be made names every resource that failed.
func Deploy(ctx context.Context, config aws.Config, a *Assembly) (Stack, error) {
	buckets := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	services := Services{config}
	version, err := json.Marshal(map[string]any{"Name": bootstrapVersion, "Value": "30", "Type": "String", "Overwrite": true})
	if err != nil {
		return Stack{}, err
	}
	if _, err := services.JSON(ctx, "ssm", "AmazonSSM.PutParameter", version); err != nil {
		return Stack{}, fmt.Errorf("bootstrap: %w", err)
	}
	var made []string
	for _, asset := range a.Assets {
		if !slices.Contains(made, asset.Bucket) {
			if _, err := buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &asset.Bucket}); err != nil {
				return Stack{}, fmt.Errorf("make bucket %s: %w", asset.Bucket, err)
			}
			made = append(made, asset.Bucket)
		}
		if err := put(ctx, buckets, asset); err != nil {
			return Stack{}, err
		}
	}
	if len(made) == 0 {
		return Stack{}, errors.New("the assembly has no assets")
	}
	template, err := json.Marshal(a.Template)
	if err != nil {
		return Stack{}, err
	}
	key := a.Stack + templateSuffix
	_, err = buckets.PutObject(ctx, &s3.PutObjectInput{Bucket: &made[0], Key: &key, Body: strings.NewReader(string(template))})
	if err != nil {
		return Stack{}, fmt.Errorf("put the template: %w", err)
	}
	_, err = services.Query(ctx, "cloudformation", url.Values{
		"Action": {"CreateStack"}, "StackName": {a.Stack}, "TemplateURL": {*config.BaseEndpoint + "/" + made[0] + "/" + key},
		"Capabilities.member.1": {"CAPABILITY_IAM"},
	})
	if err != nil {
		return Stack{}, fmt.Errorf("create stack %s: %w", a.Stack, err)
	}
	return await(ctx, services, a.Stack)
}

func put(ctx context.Context, buckets *s3.Client, asset Asset) error {
	file, err := os.Open(asset.Path)
	if err != nil {
		return fmt.Errorf("open asset: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if _, err := buckets.PutObject(ctx, &s3.PutObjectInput{Bucket: &asset.Bucket, Key: &asset.Key, Body: file}); err != nil {
		return fmt.Errorf("put asset %s: %w", asset.Path, err)
	}
	return nil
}

// await polls until the stack is neither being made nor being rolled back.
func await(ctx context.Context, services Services, name string) (Stack, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		text, err := services.Query(ctx, "cloudformation", url.Values{"Action": {"DescribeStacks"}, "StackName": {name}})
		if err != nil {
			return Stack{}, fmt.Errorf("describe stack %s: %w", name, err)
		}
		var described struct {
			Status  string `xml:"DescribeStacksResult>Stacks>member>StackStatus"`
			Outputs []struct {
				OutputKey, OutputValue string
			} `xml:"DescribeStacksResult>Stacks>member>Outputs>member"`
		}
		if err := xml.Unmarshal(text, &described); err != nil {
			return Stack{}, fmt.Errorf("describe stack %s: %w", name, err)
		}
		switch {
		case described.Status == "CREATE_COMPLETE":
			stack := Stack{Name: name, Outputs: map[string]string{}}
			for _, output := range described.Outputs {
				stack.Outputs[output.OutputKey] = output.OutputValue
			}
			return stack, nil
		case !strings.HasSuffix(described.Status, "_IN_PROGRESS"):
			return Stack{}, fmt.Errorf("stack %s is %s: %s", name, described.Status, strings.Join(failures(ctx, services, name), "; "))
		}
		select {
		case <-ctx.Done():
			return Stack{}, ctx.Err()
		case <-tick.C:
		}
	}
}

// failures says of every resource that could not be made why.
func failures(ctx context.Context, services Services, name string) (why []string) {
	text, err := services.Query(ctx, "cloudformation", url.Values{"Action": {"DescribeStackEvents"}, "StackName": {name}})
	var described struct {
		Events []struct {
			LogicalResourceID string `xml:"LogicalResourceId"`
			ResourceStatus    string
			Reason            string `xml:"ResourceStatusReason"`
		} `xml:"DescribeStackEventsResult>StackEvents>member"`
	}
	if err = errors.Join(err, xml.Unmarshal(text, &described)); err != nil {
		return []string{err.Error()}
	}
	for _, event := range described.Events {
		if strings.HasSuffix(event.ResourceStatus, "_FAILED") {
			why = append(why, event.LogicalResourceID+": "+event.Reason)
		}
	}
	return why
}

// Address is where the emulator serves the API whose address on AWS is the output ApiUrl.
func (s Stack) Address(emulator string) (string, error) {
	u, err := url.Parse(s.Outputs["ApiUrl"])
	if err != nil {
		return "", fmt.Errorf("read the output ApiUrl: %w", err)
	}
	api, _, ok := strings.Cut(u.Host, ".execute-api.")
	if !ok {
		return "", fmt.Errorf("the output ApiUrl is %q", s.Outputs["ApiUrl"])
	}
	return emulator + "/_aws/execute-api/" + api + u.Path, nil
}

package posture

import "github.com/customerai/customerai/infra/cdk/template"

// outputs: what people need after a deployment is told.
func (c *checker) outputs(parsed map[string]any) {
	outputs, _ := template.Canonical(parsed["Outputs"]).(shape)
	for name, value := range map[string]string{
		"ApiUrl":        "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/" + c.Stage,
		"UploadsBucket": "${UploadsBucket}", "ResultsBucket": "${ResultsBucket}", "CheckpointsBucket": "${CheckpointsBucket}", "SecretsId": keysets, "AlarmTopic": "${AlarmTopic}",
		"DashboardUrl": "https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/" + c.Stack,
	} {
		output, _ := outputs[name].(shape)
		if output["Value"] != value {
			c.Report("output %s is %v, want %s", name, output["Value"], value)
		}
	}
}

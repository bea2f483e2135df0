package posture

// outputs: what people need after a deployment is told.
func (c *checker) outputs(template map[string]any) {
	outputs, _ := canonical(template["Outputs"]).(shape)
	for name, value := range map[string]string{
		"ApiUrl":        "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/" + c.Stage,
		"UploadsBucket": "${UploadsBucket}", "ResultsBucket": "${ResultsBucket}", "CheckpointsBucket": "${CheckpointsBucket}", "SecretsId": keysets, "AlarmTopic": "${AlarmTopic}",
		"DashboardUrl": "https://${AWS::Region}.console.aws.amazon.com/cloudwatch/home?region=${AWS::Region}#dashboards/dashboard/" + c.Stack,
	} {
		output, _ := outputs[name].(shape)
		if output["Value"] != value {
			c.report("output %s is %v, want %s", name, output["Value"], value)
		}
	}
}

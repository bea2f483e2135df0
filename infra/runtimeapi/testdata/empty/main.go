// Command empty is a function that does nothing: what the start of every other function is measured against.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() {}) }

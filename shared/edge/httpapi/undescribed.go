package httpapi

import (
	"context"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// undescribed is an output of which huma sees what it has to send and not of what it is made.
type undescribed struct {
	Status   int
	Location string `header:"Location"`
	Body     any
}

// register hands an operation to huma. Where nobody asks for the OpenAPI document, the output's schema, which would take
// the longer part of a cold start and is used for nothing else, is not made.
func register[I, O any](api *API, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	if !api.config.Undescribed || !isPlain(reflect.TypeFor[O]()) {
		huma.Register(api.huma, op, handle)
		return
	}
	huma.Register(api.huma, op, func(ctx context.Context, input *I) (*undescribed, error) {
		output, err := handle(ctx, input)
		if err != nil || output == nil {
			return nil, err
		}
		sent := &undescribed{Status: op.DefaultStatus}
		for field, value := range reflect.ValueOf(output).Elem().Fields() {
			switch field.Name {
			case "Status":
				sent.Status = int(value.Int())
			case "Location":
				sent.Location = value.String()
			case "Body":
				sent.Body = value.Interface()
			}
		}
		return sent, nil
	})
}

// isPlain reports whether an output says nothing but what undescribed can say.
func isPlain(output reflect.Type) bool {
	if output.Kind() != reflect.Struct {
		return false
	}
	hasBody := false
	for field := range output.Fields() {
		switch field.Name {
		case "Status":
			if field.Type.Kind() != reflect.Int {
				return false
			}
		case "Location":
			if field.Type.Kind() != reflect.String || field.Tag != `header:"Location"` {
				return false
			}
		case "Body":
			hasBody = field.Type.Kind() != reflect.Func
		default:
			return false
		}
	}
	return hasBody
}

package stack

import (
	"github.com/customerai/customerai/infra/cdk/monitoring"
	"github.com/customerai/customerai/shared/manifest"
)

// addMonitoring has everything that the stack has by now watched.
func (b *builder) addMonitoring() {
	watched := monitoring.Watched{
		Settings: b.Settings, API: b.api.Rest, AccessLog: b.api.AccessLog, Table: b.table, RotationDays: rotationDays, Topic: b.alarmTopic,
	}
	for _, f := range b.Functions {
		name := queueName(f)
		queues := b.queues[name]
		period, _ := periodOf(f.Schedule) // New has refused bad ones
		watched.Functions = append(watched.Functions, monitoring.Function{
			Function: f, Lambda: b.functions[f.Name], Log: b.logGroup(f.Name), QueueName: name, Messages: queues.main, DeadLetters: queues.deadLetter,
			Visibility: visibility(f), Period: period,
		})
	}
	watched.Add(b.stack)
}

// queueName is the key under which the builder keeps a function's queues.
func queueName(f manifest.Function) string {
	if f.Queue != nil {
		return f.Queue.Name
	}
	return f.Name
}

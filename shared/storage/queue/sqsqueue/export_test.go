package sqsqueue

// Hurry makes a queue wait for nothing, for suites that often find it empty.
func (q *Queue) Hurry() *Queue {
	q.wait = 0
	return q
}

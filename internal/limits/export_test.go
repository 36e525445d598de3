package limits

import "github.com/99designs/gqlgen/graphql"

// Looked is how many selections counting the cost of an operation looks at.
func Looked(c Cost, op *graphql.OperationContext) int {
	b := c.bill(op)
	b.set(op.Operation.SelectionSet)
	return b.visited
}

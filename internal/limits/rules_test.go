package limits_test

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// withoutUnusedVariables lets the tables declare more variables than each document needs.
func withoutUnusedVariables() *rules.Rules {
	r := rules.NewDefaultRules()
	r.RemoveRule("NoUnusedVariables")
	return r
}

// noRules validates nothing, so that only the walk of the validator, which notes definitions, is left.
func noRules() *rules.Rules { return &rules.Rules{} }

func annotate(schema *ast.Schema, doc *ast.QueryDocument) { core.Walk(schema, doc, &core.Events{}) }

package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Every code that a client can meet has its line in docs/errors.md, and no line speaks of a code that is not there.
func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for _, line := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		explained[line[1]] = true
	}
	for code, where := range codes(t) {
		if !explained[code] {
			t.Errorf("%s of %s has no line in docs/errors.md: say what it means and what a client should do", code, where)
		}
		delete(explained, code)
	}
	for code := range explained {
		t.Errorf("docs/errors.md explains %s, which nothing answers", code)
	}
}

// codes are all codes, each with where it comes from.
func codes(t *testing.T) map[string]string {
	all := map[string]string{}
	for _, code := range []string{"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "PERSISTED_QUERY_NOT_FOUND"} {
		all[code] = "gqlgen"
	}
	for _, v := range contract().Types["UserErrorCode"].EnumValues {
		all[v.Name] = "UserErrorCode"
	}
	for _, file := range []string{"errors.go", "../internal/transport/fault.go", "../internal/limits/refusal.go"} {
		for _, code := range constants(t, file) {
			all[code] = file
		}
	}
	return all
}

// constants are the texts of the constants in a file that are of the type Code or called Code….
func constants(t *testing.T, file string) (texts []string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		kind, _ := spec.Type.(*ast.Ident)
		text, isText := spec.Values[0].(*ast.BasicLit)
		if isText && (kind != nil && kind.Name == "Code" || strings.HasPrefix(spec.Names[0].Name, "Code")) {
			code, _ := strconv.Unquote(text.Value)
			texts = append(texts, code)
		}
		return true
	})
	if len(texts) == 0 {
		t.Errorf("%s has no codes any more: say in this test where they are", file)
	}
	return texts
}

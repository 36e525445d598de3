// Command generate writes the executor and the models from the contract, by gqlgen, and makes the executor spend less on a field.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"strings"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	if err := run("gqlgen.yml"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string) error {
	c, err := config.LoadConfig(file)
	if err != nil {
		return err
	}
	log.SetOutput(io.Discard) // it names every resolver that is placed by hand
	if err := api.Generate(c); err != nil {
		return err
	}
	return inTurn(c.Exec.Filename)
}

// inTurn has lists and fields resolved one after the other (see graph/turn.go) where gqlgen starts a goroutine for each, and
// objects written without a map for each (see graph/object.go).
func inTurn(file string) error {
	code, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text := string(code)
	for theirs, ours := range map[string]string{
		"graphql.MarshalSliceConcurrently(": "inTurn(",
		"out.ResolveConcurrently(":          "next(ctx, out, ",
		"graphql.NewDeferredGroup(ctx)":     "graphql.DeferredGroup{}", // no door delivers what @defer puts off
		"\treturn out\n":                    "\treturn &object{fields, out.Values}\n",
	} {
		if !strings.Contains(text, theirs) {
			return fmt.Errorf("%s no longer says %q: look at what gqlgen writes now", file, theirs)
		}
		text = strings.ReplaceAll(text, theirs, ours)
	}
	return os.WriteFile(file, []byte(shorten(text)), 0o644)
}

// shorten has the fields that are nothing but a value of their row answered by the short way (see plain in graph/turn.go).
func shorten(text string) string {
	value := regexp.MustCompile(`\n\t\t\treturn obj\.\w+, nil\n\t\t},\n\t\tnil,\n`) // a field of the struct, and no directive around it
	const begin = "\nfunc (ec *executionContext) _"
	fields := strings.Split(text, begin)
	for i, f := range fields {
		if value.MatchString(f) && strings.Contains(f, "graphql.NewScalarFieldContext(") {
			fields[i] = strings.Replace(f, "graphql.ResolveField(", "plain(", 1)
		}
	}
	return strings.Join(fields, begin)
}

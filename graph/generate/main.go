// Command generate writes the executor and the models from the contract, by gqlgen, and makes lists go in turn.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
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

// inTurn has lists and fields resolved one after the other (see graph/turn.go) where gqlgen starts a goroutine for each.
func inTurn(file string) error {
	code, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text := string(code)
	for concurrently, turn := range map[string]string{"graphql.MarshalSliceConcurrently(": "inTurn(", "out.ResolveConcurrently(": "next(ctx, out, "} {
		if !strings.Contains(text, concurrently) {
			return fmt.Errorf("%s no longer says %s: look at what gqlgen writes now", file, concurrently)
		}
		text = strings.ReplaceAll(text, concurrently, turn)
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

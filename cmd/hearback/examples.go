package main

import (
	"embed"
	"strings"

	"hearback/internal/playground"
)

//go:embed examples/*.graphql
var exampleFiles embed.FS

// examples are the ready operations of the playground: the name stands in the first line, after a #.
func examples() []playground.Example {
	files, _ := exampleFiles.ReadDir("examples")
	list := make([]playground.Example, len(files))
	for i, f := range files {
		text, _ := exampleFiles.ReadFile("examples/" + f.Name())
		name, _, _ := strings.Cut(string(text), "\n")
		list[i] = playground.Example{Name: strings.TrimPrefix(name, "# "), Query: string(text)}
	}
	return list
}

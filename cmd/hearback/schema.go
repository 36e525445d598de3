package main

import (
	"fmt"
	"runtime/debug"

	"hearback/graph"
)

type schemaCmd struct{}

// Run prints the whole contract of the API.
func (schemaCmd) Run(t terminal) error {
	_, err := fmt.Fprint(t.Out, graph.Contract())
	return err
}

type versionCmd struct{}

// Run prints the version that the program was built from.
func (versionCmd) Run(t terminal) error {
	version := "development"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err := fmt.Fprintln(t.Out, "hearback", version)
	return err
}

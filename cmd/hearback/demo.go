package main

import "context"

type demoCmd struct {
	listenFlags
	JSON bool `help:"Print one line of JSON with the address and the tokens when it is ready."`
}

// Run plays the demo.
func (c demoCmd) Run(ctx context.Context, t terminal) error { return nil }

package main

import (
	"fmt"
	"time"
)

type keysCmd struct {
	Rotate keysRotateCmd `cmd:"" help:"Make a new key; the old ones are still believed for a while."`
}

type keysRotateCmd struct {
	keyFlags
	Overlap time.Duration `default:"1h" help:"How long tokens of the old keys are still believed; 0 when a key was stolen."`
}

// Run rotates the keys; running servers that share the file follow by themselves.
func (c keysRotateCmd) Run(t terminal) error {
	keys, err := c.open()
	if err != nil {
		return err
	}
	if err := keys.Rotate(c.Overlap); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Err, "New tokens are signed with a new key. Old tokens are believed for another %s.\n", c.Overlap)
	return err
}

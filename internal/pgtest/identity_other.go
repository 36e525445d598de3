//go:build !unix

package pgtest

import "syscall"

// identity has nothing to say here: the supervisor is a Unix shell script, so there is no cluster on other systems.
type identity struct{}

func serverUser() (identity, error)               { return identity{}, ErrNotFound }
func (identity) attributes() *syscall.SysProcAttr { return nil }
func (identity) own(string) error                 { return nil }

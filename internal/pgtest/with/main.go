// Command with starts one throw-away PostgreSQL, runs a command with its URL in HEARBACK_TEST_POSTGRES and ends with that
// command's exit code:
//
//	go run ./internal/pgtest/with go test ./...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"hearback/internal/pgtest"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// run gives the exit code: 0/1/2 of our own, or whatever the command said. An interrupt reaches the command from the
// terminal; it is waited for here, so that the server outlives it.
func run(command []string) (int, error) {
	if len(command) == 0 {
		return 2, errors.New("say what to run: go run ./internal/pgtest/with go test ./")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := pgtest.Start(ctx)
	if err != nil {
		return 1, err
	}
	defer c.Stop()
	return execute(command, append(os.Environ(), pgtest.SharedEnv+"="+c.URL("postgres")))
}

func execute(command, env []string) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, env
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1), nil // -1: ended by a signal
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

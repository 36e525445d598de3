// Command hearback runs the API and everything that an installation of it needs: one binary, one file per mode.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// The exit codes: done, failed, called the wrong way.
const (
	done   = 0
	failed = 1
	usage  = 2
)

// program is every mode with its flags; each flag can be set in the environment too.
type program struct {
	Serve   serveCmd   `cmd:"" help:"Run the API and keep its data."`
	Work    workCmd    `cmd:"" help:"Do the work in the background, beside servers."`
	Demo    demoCmd    `cmd:"" help:"Run the API on a throw-away store with demo data, and print a token for each role."`
	Import  importCmd  `cmd:"" help:"Take services or experiences from a file."`
	Token   tokenCmd   `cmd:"" help:"Make tokens for a running store."`
	Keys    keysCmd    `cmd:"" help:"Look after the keys that sign tokens."`
	Audit   auditCmd   `cmd:"" help:"Look after the log of who read and decided what."`
	Migrate migrateCmd `cmd:"" help:"Bring the store to the shape that this program needs."`
	Schema  schemaCmd  `cmd:"" help:"Print the whole contract of the API."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// terminal is where a mode reads and writes: data on Out, words for people on Err.
type terminal struct {
	In       io.Reader
	Out, Err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // whoever asks twice does not want to wait
	os.Exit(run(ctx, os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr}))
}

// run does what the words say and gives the exit code.
func run(ctx context.Context, words []string, t terminal) int {
	var p program
	exit := -1
	parser, err := kong.New(&p, kong.Name("hearback"), kong.Writers(t.Out, t.Err), kong.Exit(func(code int) { exit = code }), kong.UsageOnError(),
		kong.Description("Patients, families and staff say what care was like; together they turn it into changes, and each sees the changes that their words led to. Not for urgent care."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(t.Err, err)
		return failed
	}
	mode, err := parser.Parse(words)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintf(t.Err, "hearback: %v\nTry: %s --help\n", err, reached(err))
		return usage
	}
	if err := mode.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(t.Err, "hearback: %v\n", err)
		return failed
	}
	return done
}

// reached is how far the words made sense: its help says how they could have gone on.
func reached(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context != nil && wrong.Context.Selected() != nil {
		return wrong.Context.Selected().FullPath()
	}
	return "hearback"
}

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hearback/internal/intake"
)

// headSize is how much of a file is looked at to recognise it.
const headSize = 64 << 10

// input is what an import reads.
type input struct {
	*bufio.Reader
	name string
	file *os.File // nil: standard input
	size int64    // -1: not known
}

// openInput opens the file, or standard input for a dash.
func openInput(t terminal, file string) (*input, error) {
	if file == "-" {
		return &input{Reader: bufio.NewReaderSize(t.In, headSize), name: "standard input", size: -1}, nil
	}
	f, err := os.Open(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no file %s. Look at the name and at the folder that you are in", file)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%s is not for this user to read. Type chmod u+r %s as its owner, or run this as another user", file, file)
	case err != nil:
		return nil, fmt.Errorf("cannot open %s: %w", file, err)
	}
	in := &input{Reader: bufio.NewReaderSize(f, headSize), name: file, file: f, size: -1}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		return nil, errors.Join(fmt.Errorf("%s is a folder. Name one file in it", file), f.Close())
	}
	if err == nil && info.Mode().IsRegular() {
		in.size = info.Size()
	}
	return in, nil
}

// Close closes the file; standard input is left to whoever opened it.
func (in *input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// start is the beginning of the input; it can still be read.
func (in *input) start() []byte {
	head, _ := in.Peek(headSize) // what cannot be read shows when it is read in earnest
	return head
}

func (in *input) head() io.Reader { return bytesReader(in.start()) }

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// period is the time that a file of experiences is about, as far as its certain dates tell; nothing for what can be read
// only once. What keeps the file from being read shows when it is read in earnest.
func (in *input) period(o intake.Options) intake.Period {
	if in.size < 0 {
		return intake.Period{}
	}
	again, err := os.Open(in.file.Name())
	if err != nil {
		return intake.Period{}
	}
	defer func() { _ = again.Close() }()
	p, _ := intake.PeriodOf(intake.Experiences(again, o))
	return p
}

// watched reads with a bar that grows, when somebody sits at a terminal to see it (https://no-color.org turns it off).
func (in *input) watched(t terminal) io.Reader {
	screen, ok := t.Err.(*os.File)
	if !ok || !term.IsTerminal(int(screen.Fd())) || os.Getenv("NO_COLOR") != "" {
		return in
	}
	bar := progressbar.NewOptions64(in.size, progressbar.OptionSetWriter(t.Err), progressbar.OptionSetDescription(in.name),
		progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionFullWidth())
	return &watchedInput{in, bar}
}

type watchedInput struct {
	*input
	bar *progressbar.ProgressBar
}

// Read moves the bar; at the end it is taken away.
func (w *watchedInput) Read(b []byte) (int, error) {
	n, err := w.input.Read(b)
	_ = w.bar.Add(n) // a bar that cannot be drawn keeps nobody from reading
	if err != nil {
		_ = w.bar.Finish()
	}
	return n, err
}

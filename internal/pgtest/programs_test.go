package pgtest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestVersionOfAFolder(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]int{
		"/usr/lib/postgresql/15/bin": 15, "/usr/lib/postgresql/9.6/bin": 9, "/usr/pgsql-18/bin": 18,
		"/opt/homebrew/opt/postgresql@16/bin": 16, "/usr/bin": 0,
	} {
		if got := version(folder); got != want {
			t.Errorf("version(%q) = %d, want %d", folder, got, want)
		}
	}
}

func TestProgramsComeFromOneFolder(t *testing.T) {
	t.Parallel()
	half, whole := t.TempDir(), t.TempDir()
	for _, path := range []string{half + "/initdb", whole + "/initdb", whole + "/pg_ctl", whole + "/postgres"} {
		if err := os.WriteFile(path, nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := findPrograms(half + string(filepath.ListSeparator) + whole); err != nil || got != whole {
		t.Errorf("found %q, %v; want the folder that has all three, %q", got, err, whole)
	}
	if got, err := findPrograms(half); err == nil && got == half {
		t.Error("took a folder that lacks pg_ctl and postgres")
	} else if err != nil && !errors.Is(err, ErrNotFound) {
		t.Errorf("nothing found gives %v, want ErrNotFound", err)
	}
}

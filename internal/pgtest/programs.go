package pgtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// findPrograms gives the folder that holds initdb, pg_ctl and postgres: the first of PATH that has all three, else the
// newest version in the places where Debian, Red Hat and Homebrew put them (outside PATH).
func findPrograms(path string) (string, error) {
	folders := filepath.SplitList(path)
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the only error is a bad pattern
		slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
		folders = append(folders, found...)
	}
	for _, folder := range folders {
		if folder != "" && hasPrograms(folder) {
			return filepath.Abs(folder)
		}
	}
	return "", ErrNotFound
}

func hasPrograms(folder string) bool {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// version reads the major version out of a folder name such as /usr/lib/postgresql/15/bin; 0 where there is none.
func version(folder string) int {
	parts := regexp.MustCompile(`(\d+)(?:\.\d+)?/bin$`).FindStringSubmatch(filepath.ToSlash(folder))
	if parts == nil {
		return 0
	}
	number, _ := strconv.Atoi(parts[1]) // digits only, by the pattern
	return number
}

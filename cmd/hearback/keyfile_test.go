package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestServersThatBeginAtOnceMakeOneKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "key.pem")
	var made sync.WaitGroup
	keys := make([]string, 4)
	for i := range keys {
		made.Go(func() {
			if k, err := privateKey(path); err == nil {
				keys[i] = string(k)
			}
		})
	}
	made.Wait()
	for _, k := range keys {
		if k == "" || k != keys[0] {
			t.Error("servers that began at once have different keys")
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v (%v)", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("beside it lie %v (%v)", left, err)
	}
}

//go:build unix

package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// identity is the user that the server runs as. PostgreSQL refuses to run as root.
type identity struct {
	uid, gid uint32
	switched bool // false: the test's own user
}

// serverUser is the test's own user, or when that is root the user postgres, else nobody.
func serverUser() (identity, error) {
	if os.Geteuid() != 0 {
		return identity{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return identify(u)
		}
	}
	return identity{}, fmt.Errorf("pgtest: PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

func identify(u *user.User) (identity, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return identity{}, fmt.Errorf("pgtest: user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return identity{}, fmt.Errorf("pgtest: user %s: %w", u.Username, err)
	}
	return identity{uid: uint32(uid), gid: uint32(gid), switched: true}, nil
}

func (who identity) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setsid: true}
	if who.switched {
		a.Credential = &syscall.Credential{Uid: who.uid, Gid: who.gid}
	}
	return a
}

// own gives the folder to the user and tries whether they can reach it.
func (who identity) own(folder string) error {
	if !who.switched {
		return nil
	}
	if err := os.Chown(folder, int(who.uid), int(who.gid)); err != nil {
		return err
	}
	visit := exec.Command("/bin/sh", "-c", ":")
	visit.Dir, visit.SysProcAttr = folder, who.attributes()
	return visit.Run()
}

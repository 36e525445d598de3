package auth_test

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"

	"hearback/auth"
)

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func newCode(t testing.TB, seed byte) string {
	t.Helper()
	b := make([]byte, 23)
	for i := range b {
		b[i] = seed + byte(7*i)
	}
	code, err := auth.NewRecoveryCode(bytes.NewReader(b))
	check(t, err)
	return code
}

func TestRecoveryCodeHasItsShape(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$`)
	seen := map[string]bool{}
	for range 1000 {
		code, err := auth.NewRecoveryCode(nil)
		check(t, err)
		if !shape.MatchString(code) || seen[code] {
			t.Fatalf("odd or repeated: %q", code)
		}
		seen[code] = true
		if back, err := auth.ParseRecoveryCode(code); err != nil || back != code {
			t.Fatalf("%q is read as %q, %v", code, back, err)
		}
	}
}

func TestRecoveryCodeForgives(t *testing.T) {
	t.Parallel()
	code := newCode(t, 26)
	if !strings.Contains(code, "0") || !strings.Contains(code, "1") {
		t.Fatalf("choose a seed with 0 and 1 in its code, not %q", code)
	}
	for _, typed := range []string{
		strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " "),
		" " + strings.ReplaceAll(code, "-", "\u2013") + "\r\n", strings.ReplaceAll(code, "-", "\u00a0"),
		strings.ReplaceAll(code, "0", "O"), strings.ReplaceAll(code, "0", "o"),
		strings.ReplaceAll(code, "1", "I"), strings.ReplaceAll(code, "1", "l"),
		strings.Join(strings.Split(code, ""), " "),
	} {
		if got, err := auth.ParseRecoveryCode(typed); err != nil || got != code {
			t.Errorf("%q is read as %q, %v; want %q", typed, got, err, code)
		}
	}
}

// Every single wrong symbol and every two neighbours that changed places are told at once.
func TestRecoveryCodeTellsSlips(t *testing.T) {
	t.Parallel()
	for seed := range byte(32) {
		code := []byte(strings.ReplaceAll(newCode(t, seed), "-", ""))
		for i, right := range code {
			for _, wrong := range []byte(symbols) {
				slip := bytes.Clone(code)
				slip[i] = wrong
				tells(t, string(slip), wrong == right)
			}
			if i > 0 {
				slip := bytes.Clone(code)
				slip[i-1], slip[i] = slip[i], slip[i-1]
				tells(t, string(slip), slip[i] == slip[i-1])
			}
		}
	}
}

func tells(t *testing.T, typed string, right bool) {
	t.Helper()
	if _, err := auth.ParseRecoveryCode(typed); (err == nil) != right || err != nil && !errors.Is(err, auth.ErrCodeMistyped) {
		t.Errorf("%q: %v", typed, err)
	}
}

func TestRecoveryCodeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	code := newCode(t, 3)
	for typed, want := range map[string]error{
		"":                       auth.ErrCodeLength,
		code[1:]:                 auth.ErrCodeLength,
		code + "0":               auth.ErrCodeLength,
		strings.Repeat(code, 99): auth.ErrCodeLength,
		strings.Repeat("-", 1e6): auth.ErrCodeLength,
		code[:5] + strings.Repeat("-", 1e6) + code[5:]: auth.ErrCodeLength,
		"U" + code[1:]:               auth.ErrCodeCharacter,
		code[:9] + "*" + code[9:]:    auth.ErrCodeCharacter,
		code[:8] + "\x00" + code[9:]: auth.ErrCodeCharacter,
		code[:8] + "\xff" + code[9:]: auth.ErrCodeCharacter,
		code[:8] + "é" + code[9:]:    auth.ErrCodeCharacter,
	} {
		if got, err := auth.ParseRecoveryCode(typed); got != "" || !errors.Is(err, want) {
			t.Errorf("%.40q: %q, %v; want %v", typed, got, err, want)
		}
	}
}

func FuzzParseRecoveryCode(f *testing.F) {
	code := newCode(f, 5)
	for _, seed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", "\u2014"), code[2:], "", "\xff\x00", "oOiIlL", strings.Repeat("0", 25), strings.Repeat("-", 201)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		normal, err := auth.ParseRecoveryCode(typed)
		if err != nil {
			if normal != "" {
				t.Fatalf("%q: a code and an error", typed)
			}
			return
		}
		again, err := auth.ParseRecoveryCode(normal)
		if err != nil || again != normal || len(normal) != 29 {
			t.Fatalf("%q → %q → %q, %v", typed, normal, again, err)
		}
	})
}

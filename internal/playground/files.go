package playground

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets/*.gz page/*.js page/*.css
var bundled embed.FS

// file is one thing that the page loads. Its path holds its checksum, so a browser may keep it for ever.
type file struct {
	name string // graphiql.js
	path string // /playground/assets/graphiql.2f0c….js
	sum  string
	gz   []byte
}

// files reads what the program carries; base is the folder in front of every path.
func files(base string) ([]*file, error) {
	var all []*file
	err := fs.WalkDir(bundled, ".", func(p string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := bundled.ReadFile(p)
		if err == nil && !strings.HasSuffix(p, ".gz") {
			content, err = compress(content)
		}
		all = append(all, newFile(base, strings.TrimSuffix(path.Base(p), ".gz"), content))
		return err
	})
	return all, err
}

func newFile(base, name string, gz []byte) *file {
	digest := sha256.Sum256(gz)
	sum := hex.EncodeToString(digest[:8])
	kind := path.Ext(name)
	return &file{name: name, sum: sum, gz: gz, path: base + strings.TrimSuffix(name, kind) + "." + sum + kind}
}

func compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(content)
	if closed := w.Close(); err == nil {
		err = closed
	}
	return out.Bytes(), err
}

// ServeHTTP sends the file as it is stored, or unpacked to the rare client that does not take gzip.
func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", kind(f.name))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", `"`+f.sum+`-gzip"`)
		http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(f.gz))
		return
	}
	plain, err := f.plain()
	if err != nil {
		http.Error(w, "this file could not be unpacked", http.StatusInternalServerError)
		return
	}
	h.Set("ETag", `"`+f.sum+`"`)
	http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(plain))
}

// kind does not ask the machine's own table, which differs from place to place.
func kind(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	default:
		return "text/plain; charset=utf-8"
	}
}

func (f *file) plain() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(f.gz))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// takesGzip reads Accept-Encoding (RFC 9110 §12.5.3) as far as it matters here: gzip is named and not refused.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, q, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return strings.Trim(strings.TrimPrefix(q, "q="), "0.") != "" || !strings.HasPrefix(q, "q=")
		}
	}
	return false
}

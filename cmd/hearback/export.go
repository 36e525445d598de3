package main

import (
	_ "embed"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hearback/ent/typeid"
	"hearback/workflow"
)

//go:embed export.html
var exportHTML string

// exportPage is where the link to one's own data leads. Opening it uses nothing up: the secret stands behind the # and never
// reaches a log; the press of the button sends it.
func exportPage() http.Handler { return ownPage(exportHTML, "form-action 'self'") }

const longestForm = 4 << 10

// exportFile gives the file to who sends its secret in a form. The secret is used up by that; the file is deleted when all of
// it was sent.
func (h *house) exportFile(log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		id, err := typeid.Parse(r.PathValue("id"))
		if err != nil {
			gone(w)
			return
		}
		file, err := h.Flow.ExportFetch(r.Context(), id, strings.TrimSpace(r.PostFormValue("secret")))
		switch {
		case errors.Is(err, workflow.ErrNotFound):
			gone(w)
			return
		case err != nil:
			log.ErrorContext(r.Context(), "an export could not be opened", "cause", err)
			http.Error(w, "The file cannot be fetched just now. Please try again in a moment.", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Disposition", `attachment; filename="hearback-`+h.Now().UTC().Format(time.DateOnly)+`.json"`)
		w.Header().Set("Content-Length", strconv.Itoa(file.Size()))
		w.Header().Set("Cache-Control", "no-store")
		if err := file.Send(r.Context(), patient{w, http.NewResponseController(w)}); err != nil {
			log.WarnContext(r.Context(), "an export was not sent to its end", "cause", err)
		}
	})
}

func gone(w http.ResponseWriter) {
	http.Error(w, "This link does not work any more. Each link works once, for seven days at most. You can make a new one, or ask for your data again.", http.StatusNotFound)
}

// patient gives each part of a long answer the time that a whole short one has.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (p patient) Write(part []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(writeTime)) // where it cannot be set there is none
	return p.ResponseWriter.Write(part)
}

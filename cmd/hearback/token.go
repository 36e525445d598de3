package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"hearback/auth"
	"hearback/ent/store"
	"hearback/internal/mail"
	"hearback/workflow"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make somebody with a role and print their tokens."`
}

type tokenCreateCmd struct {
	storeFlags
	keyFlags
	As     string   `required:"" enum:"contributor,staff,facilitator,moderator,safeguarding-lead,commissioner,administrator,integrator" help:"The role: ${enum}."`
	At     string   `help:"Code or id of the service where the role is held; left out for the whole installation."`
	Name   string   `help:"The name that answers are signed with."`
	Title  string   `help:"What others read beside the name, such as Ward sister."`
	Scopes []string `help:"What the token may do; left out for everything, for an integrator experience:read."`
	JSON   bool     `help:"Print one line of JSON."`
}

// Run makes the person, the role and a session, beside a running server.
func (c tokenCreateCmd) Run(ctx context.Context, t terminal) error {
	scopes, err := c.scopes()
	if err != nil {
		return err
	}
	h, err := open(ctx, c.storeFlags, c.keyFlags, mail.NewPrinter(t.Err), slog.New(slog.DiscardHandler), store.Shared())
	if err != nil {
		return err
	}
	defer func() { _ = h.close() }()
	role := auth.Role(strings.ToUpper(strings.ReplaceAll(c.As, "-", "_")))
	if role == "CONTRIBUTOR" {
		role = ""
	}
	if role == "" && c.At != "" {
		return errors.New("a contributor has no role and so no place to hold it. Leave --at out")
	}
	s, err := h.Flow.Appoint(ctx, role, c.At, c.Name, c.Title, scopes)
	if errors.Is(err, workflow.ErrNotFound) {
		return fmt.Errorf("there is no service with the code or id %q. Leave --at out for a role in the whole installation", c.At)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(t.Out).Encode(map[string]string{"accessToken": s.AccessToken, "refreshToken": s.RefreshToken, "expiresAt": s.AccessTokenExpiresAt.Format(time.RFC3339)})
	}
	_, err = fmt.Fprintf(t.Out, "%s\n", s.AccessToken)
	fmt.Fprintf(t.Err, "Works until %s. Then exchange the refresh token with sessionRefresh:\n%s\n", s.AccessTokenExpiresAt.Local().Format("15:04"), s.RefreshToken)
	return err
}

func (c tokenCreateCmd) scopes() (auth.Scopes, error) {
	if len(c.Scopes) > 0 {
		return auth.ParseScopes(strings.Join(c.Scopes, " "))
	}
	if c.As == "integrator" {
		return auth.IntegratorScopes(), nil
	}
	return auth.SessionScopes(), nil
}

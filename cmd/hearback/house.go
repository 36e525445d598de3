package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"entgo.io/ent/dialect"

	"hearback/auth"
	"hearback/ent/generated/ent"
	_ "hearback/ent/generated/ent/runtime" // ties the rules to the nouns
	"hearback/ent/migrations"
	"hearback/ent/query"
	"hearback/ent/store"
	"hearback/graph"
	"hearback/internal/letters"
	"hearback/internal/mail"
	"hearback/internal/pubsub"
	"hearback/workflow"
)

// audience is whom access tokens are for.
const audience = "hearback"

// house is an open store with everything that works on it. This is where the dependencies meet.
type house struct {
	*graph.House
	store  *store.Store
	keys   *auth.Keyring
	broker pubsub.Broker

	trusted    []*auth.Trusted // issuers elsewhere whose access tokens are believed
	clientKeys string          // a public JWK Set: how an issuer knows us; empty without single sign-on
}

// open opens a store, brings it to the shape that this program needs, and puts the house on it.
func open(ctx context.Context, s storeFlags, k keyFlags, sender mail.Sender, log *slog.Logger, options ...store.Option) (*house, error) {
	keys, err := k.open()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, s.DatabaseURL, options...)
	if err != nil {
		return nil, err
	}
	if _, err := migrations.Up(ctx, st.DB(), st.Dialect()); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	broker, err := listen(ctx, st, log)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	book, err := letters.Open()
	if err != nil {
		return nil, errors.Join(err, broker.Close(), st.Close())
	}
	db := ent.NewClient(ent.Driver(st.Driver()))
	flow := &workflow.Flow{
		DB: db, Dialect: st.Dialect(), Broker: broker, Mail: sender, Letters: book, Now: time.Now,
		Tokens: auth.Tokens{Keys: keys, Issuer: k.Issuer, Audience: audience},
	}
	return &house{&graph.House{DB: db, Flow: flow, Broker: broker, Now: time.Now, SmallNumber: query.K}, st, keys, broker, nil, ""}, nil
}

func (h *house) close() error { return errors.Join(h.broker.Close(), h.store.Close()) }

func (f keyFlags) open() (*auth.Keyring, error) {
	if f.JWTKeys != "" {
		return auth.ParseKeyring([]byte(f.JWTKeys), time.Now)
	}
	if err := folder(f.JWTKeysFile); err != nil {
		return nil, err
	}
	return auth.OpenKeyring(f.JWTKeysFile, time.Now)
}

// listen is how live events travel: inside the one process on SQLite, through the database on PostgreSQL.
func listen(ctx context.Context, st *store.Store, log *slog.Logger) (pubsub.Broker, error) {
	if st.Dialect() == dialect.Postgres {
		return pubsub.NewPostgres(ctx, st.URL(), pubsub.Options{Log: log})
	}
	return pubsub.NewLocal(), nil
}

func (f mailFlags) sender(t terminal) (mail.Sender, error) {
	if f.SMTPURL == "" {
		return mail.NewPrinter(t.Err), nil
	}
	sender, err := mail.NewSMTP(f.SMTPURL, f.MailFrom)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL and MAIL_FROM: %w", err)
	}
	return sender, nil
}

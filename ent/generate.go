// Package ent holds the nouns: what Hearback remembers, and for each of them who may see and touch it.
package ent

//go:generate go tool ent generate --feature privacy,sql/modifier,sql/lock,sql/upsert,sql/execquery,sql/versioned-migration,schema/snapshot --template dir=./template --target ./generated/ent ./schema

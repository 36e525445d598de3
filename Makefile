.DEFAULT_GOAL := help
.PHONY: help run demo generate migration fmt lint test race bench check schema

help: ## these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## serve, keeping what people say in ./data
	go run ./cmd/hearback serve

demo: ## serve made-up people and stories from a store that is thrown away
	go run ./cmd/hearback demo

generate: ## write the code that tools own, after a change of ent/schema or a .graphqls file
	go generate ./...

migration: ## write the next migration: make migration name=experience_place
	go run ./ent/migrations/diff $(or $(name),$(error say what changes: make migration name=experience_place))

fmt: ## format the code
	.ci/run fmt

lint: ## house rules: import directions, comments, mistakes
	.ci/run lint

test: ## all tests, on both databases where PostgreSQL is installed
	go test ./...

race: ## all tests with the race detector, both databases required
	.ci/run race

bench: ## measure: make bench pkg=./graph
	go test -run '^$$' -bench . -benchmem $(or $(pkg),./...)

check: ## everything that must hold before a change is taken
	.ci/run

schema: ## write the golden copy of the contract
	go run ./cmd/hearback schema >graph/testdata/contract.graphql

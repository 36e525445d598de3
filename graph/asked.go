package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"hearback/ent/page"
)

// asked narrows a list to the columns that the fields asked of its rows are made from, so that a long row is not read for one
// word of it. The columns are all that the noun has. Whose a row is, where it belongs and how far it has come is read in any
// case, since the rules look at it; a field that is made from more than that and a column of its name has the whole row read.
func asked(ctx context.Context, a page.Args, columns []string) page.Args {
	fields, placed := ofRows(ctx)
	found := make([]string, 0, len(columns))
	for _, c := range columns {
		if c == "id" || c == "state" || strings.HasSuffix(c, "_id") {
			found = append(found, c)
		}
	}
	for _, f := range fields {
		if needsNoMore(f.Name) {
			continue
		}
		at := slices.IndexFunc(columns, func(c string) bool { return named(f.Name, c) })
		if at < 0 {
			return a
		}
		found = append(found, columns[at])
	}
	a.Columns, a.Placed = found, placed
	return a
}

// ofRows are the fields asked of the rows of the list that is being answered, and whether their places are asked for too.
func ofRows(ctx context.Context) (fields []graphql.CollectedField, placed bool) {
	op := graphql.GetOperationContext(ctx)
	for _, f := range graphql.CollectFieldsCtx(ctx, nil) {
		switch f.Name {
		case "nodes":
			fields = append(fields, graphql.CollectFields(op, f.Selections, nil)...)
		case "edges":
			for _, e := range graphql.CollectFields(op, f.Selections, nil) {
				fields = append(fields, graphql.CollectFields(op, e.Selections, nil)...) // a cursor has none
			}
			placed = true
		case "pageInfo":
			placed = true
		}
	}
	return fields, placed
}

// needsNoMore tells which fields are made from what is read of a row in any case.
func needsNoMore(field string) bool {
	switch field {
	case "__typename", "service", "change", "experience", "responses", "ledTo", "voices", "viewerIsAuthor":
		return true
	}
	return false
}

// named tells whether aColumn is called a_column.
func named(field, column string) bool {
	at := 0
	for i := range len(field) {
		letter := field[i]
		if 'A' <= letter && letter <= 'Z' {
			if at == len(column) || column[at] != '_' {
				return false
			}
			at, letter = at+1, letter+('a'-'A')
		}
		if at == len(column) || column[at] != letter {
			return false
		}
		at++
	}
	return at == len(column)
}

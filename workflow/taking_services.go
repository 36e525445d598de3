package workflow

import (
	"context"
	"time"

	"hearback/ent/generated/ent/service"
	"hearback/ent/rule"
	"hearback/internal/intake"
)

// ServicesTake keeps a batch of rows of a services file, all of them or (on an error) none: a place that is not known by
// its code is made below its parent, a known one gets the name and the closing day that the file says, and stays where it
// is. The same rows again change nothing. A file that says nothing about closing changes nothing about it; the days of
// opening are not kept. Two statements (three when more than 3,000 places change), however many rows. For the command line only.
func (f *Flow) ServicesTake(ctx context.Context, rows []intake.ServiceRow, how Taking) (Taken, error) {
	ctx = rule.AsSystem(ctx, "an import brings the tree of services; whoever runs the program may")
	return f.take(ctx, len(rows), how, func(ctx context.Context, a *act) (Taken, error) {
		ps := newPlaces()
		if err := ps.load(ctx, a, codesOf(rows), nil); err != nil {
			return Taken{}, err
		}
		taken := settleServices(ps, rows)
		if how.DryRun {
			return taken, nil
		}
		return taken, ps.save(ctx, a)
	})
}

// codesOf are all the codes that the rows speak of.
func codesOf(rows []intake.ServiceRow) map[string]bool {
	codes := map[string]bool{}
	for _, row := range rows {
		for _, n := range keyed(row) {
			codes[n.key] = true
			if n.above != "" {
				codes[n.above] = true
			}
		}
	}
	return codes
}

// keyedNode is a node with the codes under which it and its parent are kept.
type keyedNode struct {
	intake.Node
	key, above string
}

// keyed gives the nodes of a row their codes in the store, where a code stands for one place only, whatever its kind. A
// site that has the code of its own provider gets a longer one, as do wards with very long names a shorter.
func keyed(row intake.ServiceRow) []keyedNode {
	nodes := make([]keyedNode, len(row.Nodes))
	for i, n := range row.Nodes {
		k := keyedNode{Node: n, key: within(n.Code, maxCode), above: n.Parent}
		if n.Kind == intake.Site && n.Code == n.Parent {
			k.key = n.Code + ":SITE"
		}
		if i > 0 && row.Nodes[i-1].Code == n.Parent {
			k.above = nodes[i-1].key
		}
		nodes[i] = k
	}
	return nodes
}

// settleServices decides what becomes of each row.
func settleServices(ps *places, rows []intake.ServiceRow) (t Taken) {
	for _, row := range rows {
		what, notes, refusal := settleRow(ps, keyed(row))
		switch {
		case refusal != "":
			t.skip(row.Line, refusal)
			continue
		case what == planted:
			t.New++
		case what == updated:
			t.Updated++
		default:
			t.Known++
		}
		for _, note := range notes {
			t.note(row.Line, note)
		}
	}
	t.Places = ps.made()
	return t
}

// settled is what a row or a node turned out to be; of several nodes the most counts.
type settled int

const (
	left settled = iota
	updated
	planted
)

// settleRow settles the nodes of a row from the top, and says with a code why it cannot.
func settleRow(ps *places, nodes []keyedNode) (what settled, notes []string, refusal string) {
	for _, n := range nodes {
		if !fitsName(n.Name) {
			return left, nil, intake.CodeTooLong
		}
	}
	for _, n := range nodes {
		done, refusal := settleNode(ps, n)
		if refusal != "" {
			return left, nil, refusal
		}
		if n.First && stands(ps, n) {
			notes = append(notes, CodeParentStands)
		}
		what = max(what, done)
	}
	return what, notes, ""
}

// settleNode makes a node's place, or brings a known one up to date.
func settleNode(ps *places, n keyedNode) (settled, string) {
	kind, known, above := service.Kind(n.Kind), ps.byCode[n.key], ps.byCode[n.above]
	switch {
	case known != nil && known.kind != kind:
		return left, CodeTaken
	case known != nil:
		return bring(ps, known, n.Node), ""
	case n.above != "" && above == nil:
		return left, CodeParentUnknown
	case !above.roomy():
		return left, CodeTooDeep
	}
	ps.plant(above, kind, n.key, n.Name).closedAt = day(n.ClosedOn)
	return planted, ""
}

// stands tells whether a place is kept under another parent than the file says.
func stands(ps *places, n keyedNode) bool {
	above := ps.byCode[n.above]
	return above != nil && ps.byCode[n.key].parent != above.id
}

// bring brings a known place up to date.
func bring(ps *places, p *place, n intake.Node) settled {
	closedAt := p.closedAt
	if !n.OpenedOn.IsZero() || !n.ClosedOn.IsZero() { // the file speaks of days, so no closing day means open
		closedAt = day(n.ClosedOn)
	}
	if p.name == n.Name && sameDay(p.closedAt, closedAt) {
		return left
	}
	p.name, p.closedAt = n.Name, closedAt
	ps.change(p)
	return updated
}

func day(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func sameDay(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

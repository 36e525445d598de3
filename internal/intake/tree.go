package intake

import (
	"fmt"
	"strings"
)

// maxOrganisations and maxWards bound what the reader of a tree remembers: all of the NHS is a tenth of it.
const (
	maxOrganisations = 200_000
	maxWards         = 20_000
)

// forest remembers the organisations of a tree that were read before, so that each keeps one name and one parent.
type forest struct {
	seen  map[string]organisation
	site  string
	wards map[string]int // of this site, and the lines they stand on
}

type organisation struct {
	node Node
	line int
}

func newForest() *forest {
	return &forest{seen: map[string]organisation{}, wards: map[string]int{}}
}

// read gives the four nodes of a row of the tree.
func (f *forest) read(r row) (ServiceRow, error) {
	out := ServiceRow{Line: r.line}
	for _, column := range []string{"icb_code", "icb_name", "trust_code", "trust_name", "site_code", "site_name", "ward"} {
		if err := r.need(column); err != nil {
			return out, err
		}
	}
	out.Nodes = make([]Node, 0, 4)
	parent := ""
	for _, level := range []struct {
		kind Kind
		name string
	}{{Commissioner, "icb"}, {Provider, "trust"}, {Site, "site"}} {
		node, note := f.organisation(r, level.kind, level.name, parent)
		out.Nodes, parent = append(out.Nodes, node), node.Code
		if note != nil {
			out.Notes = append(out.Notes, *note)
		}
	}
	if len(f.seen) > maxOrganisations {
		return out, &FileError{
			Code: CodeTooMany, Line: r.line,
			Message: fmt.Sprintf("This file names more than %d organisations; that cannot be a tree of services.", maxOrganisations),
		}
	}
	return f.addWard(out, r, parent)
}

// organisation gives the node of one level. The parent that came first stays; another one is noted.
func (f *forest) organisation(r row, kind Kind, level, parent string) (Node, *Problem) {
	code := r.code(level + "_code")
	key := string(kind) + code
	known, ok := f.seen[key]
	if !ok {
		name := Title(withoutCode(r.at(level+"_name"), code))
		node := Node{Kind: kind, Code: code, Name: strings.Clone(name), Parent: parent}
		f.seen[key] = organisation{node: node, line: r.line}
		node.First = true
		return node, nil
	}
	if known.node.Parent == parent {
		return known.node, nil
	}
	return known.node, &Problem{Line: r.line, Field: level + "_code", Code: CodeTwoParents, Reason: fmt.Sprintf(
		"%s stands under %s here but under %s on line %d; it is kept under %s", code, parent, known.node.Parent, known.line, known.node.Parent)}
}

// addWard adds the ward. The same ward twice in one site, while its rows stand together, is a Problem.
func (f *forest) addWard(out ServiceRow, r row, site string) (ServiceRow, error) {
	if f.site != site || len(f.wards) > maxWards {
		f.site = site
		clear(f.wards)
	}
	raw := r.raw("ward")
	code := WardCode(site, raw)
	if line, twice := f.wards[code]; twice {
		return ServiceRow{Line: r.line}, Problem{
			Line: r.line, Field: "ward", Code: CodeDuplicate,
			Reason: fmt.Sprintf("the same ward of the same site stands on line %d", line),
		}
	}
	f.wards[code] = r.line
	if mended(raw) {
		out.Notes = append(out.Notes, Problem{Line: r.line, Field: "ward", Code: CodeMojibake, Reason: Meaning(CodeMojibake)})
	}
	out.Nodes = append(out.Nodes, Node{Kind: Ward, Code: code, Name: WardTitle(withoutCode(r.at("ward"), site)), Parent: site, First: true})
	return out, nil
}

// WardCode is the stable code of a ward, which has none in any file: the code of its site, a slash, and its name in
// small letters with single spaces and straight quotation marks. It does not depend on how names are made pretty, so
// it stays the same when that gets better.
func WardCode(site, name string) string {
	return strings.ToUpper(site) + "/" + strings.ToLower(strings.Map(straight, CleanName(name)))
}

func straight(r rune) rune {
	switch r {
	case '’', '‘':
		return '\''
	case '–', '—':
		return '-'
	}
	return r
}

// withoutCode takes the site's own code off the end of its name: “Blackpool Victoria Hospital - RXL01”.
func withoutCode(name, code string) string {
	if len(name) <= len(code) || !strings.EqualFold(name[len(name)-len(code):], code) {
		return name
	}
	front := strings.TrimRight(name[:len(name)-len(code)], " ")
	bare := strings.TrimRight(front, "-– ")
	if bare == front || bare == "" {
		return name
	}
	return bare
}

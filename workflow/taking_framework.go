package workflow

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/frameworkcode"
	"hearback/ent/rule"
	"hearback/internal/intake"
)

// FrameworkTake keeps a batch of themes of a framework, all of them or (on an error) none: a code that is known gets the words that
// the file says. The same rows again change nothing. For the command line only.
func (f *Flow) FrameworkTake(ctx context.Context, rows []intake.FrameworkRow, how Taking) (Taken, error) {
	ctx = rule.AsSystem(ctx, "an import brings a framework; whoever runs the program may")
	return f.take(ctx, len(rows), how, func(ctx context.Context, a *act) (t Taken, err error) {
		codes := make([]string, len(rows))
		for i, r := range rows {
			codes[i] = r.Code
		}
		found, err := a.FrameworkCode.Query().Where(frameworkcode.CodeIn(codes...)).All(ctx)
		if err != nil {
			return t, err
		}
		known := make(map[string]*ent.FrameworkCode, len(found))
		for _, c := range found {
			known[c.Code] = c
		}
		for _, r := range rows {
			if known[r.Code], err = a.takeCode(ctx, known[r.Code], r, how, &t); err != nil {
				return t, err
			}
		}
		return t, nil
	})
}

func (a *act) takeCode(ctx context.Context, c *ent.FrameworkCode, r intake.FrameworkRow, how Taking, t *Taken) (*ent.FrameworkCode, error) {
	want := &ent.FrameworkCode{Code: r.Code, Category: r.Category, Title: r.Title, Description: within4000(r.Description)}
	switch {
	case c != nil && c.Category == want.Category && c.Title == want.Title && c.Description == want.Description:
		t.Known++
		return c, nil
	case c != nil:
		t.Updated++
	default:
		t.New++
	}
	if how.DryRun {
		return want, nil
	}
	if c != nil {
		return a.FrameworkCode.UpdateOneID(c.ID).SetCategory(want.Category).SetTitle(want.Title).SetDescription(want.Description).Save(ctx)
	}
	return a.FrameworkCode.Create().SetCreatedAt(a.at).SetCode(want.Code).SetCategory(want.Category).SetTitle(want.Title).SetDescription(want.Description).Save(ctx)
}

// within4000 is the beginning of a description that is longer than is kept.
func within4000(s string) string {
	if letters := []rune(s); len(letters) > 4000 {
		return string(letters[:4000])
	}
	return s
}

// knownCode refuses a code that is in no framework, as soon as one was taken; before that any may be written down.
func (a *act) knownCode(ctx context.Context, code string) error {
	if code == "" {
		return nil
	}
	if known, err := a.FrameworkCode.Query().Where(frameworkcode.Code(code)).Exist(ctx); err != nil || known {
		return err
	}
	some, err := a.FrameworkCode.Query().Exist(ctx)
	if err == nil && some {
		err = refuse(Invalid, "This code is not in the framework that is used here. Please choose one of its codes, or leave it out.", "frameworkCode")
	}
	return err
}

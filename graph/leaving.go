package graph

import (
	"context"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/export"
	"hearback/ent/generated/ent/job"
	"hearback/ent/page"
)

// newestAsked is the order of exports.
func newestAsked() page.Term[*ent.Export] {
	return page.Term[*ent.Export]{Name: "exports", Column: export.FieldCreatedAt, Desc: true, Value: func(e *ent.Export) any { return e.CreatedAt }}
}

// longestDead is the order of jobs that were given up; it is only for those.
func longestDead() page.Term[*ent.Job] {
	return page.Term[*ent.Job]{Name: "deadJobs", Column: job.FieldDeadAt, Value: func(j *ent.Job) any { return *j.DeadAt }}
}

func (r viewers) Exports(ctx context.Context, p *ent.Person, first *int, after *page.Cursor, last *int, before *page.Cursor) (*ExportConnection, error) {
	return page.Connect(ctx, r.DB.Export.Query().Where(export.PersonID(p.ID)), args(first, after, last, before), newestAsked())
}

func (r queries) DeadJobs(ctx context.Context, first *int, after *page.Cursor, last *int, before *page.Cursor) (*JobConnection, error) {
	return page.Connect(ctx, r.DB.Job.Query().Where(job.DeadAtNotNil()), args(first, after, last, before), longestDead())
}

func (r mutations) ExperienceWithdraw(ctx context.Context, in ExperienceWithdrawInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ExperienceWithdraw(ctx, in.ExperienceID, in.ExpectedVersion))
}

func (r mutations) ProcessingPause(ctx context.Context, in ProcessingPauseInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ProcessingPause(ctx, in.ExperienceID, in.ExpectedVersion))
}

func (r mutations) ProcessingResume(ctx context.Context, in ProcessingResumeInput) (*ExperiencePayload, error) {
	return experiencePayload(r.Flow.ProcessingResume(ctx, in.ExperienceID, in.ExpectedVersion))
}

func (r mutations) DataExport(ctx context.Context) (*ExportPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	e, replayed, err := r.Flow.DataExport(ctx)
	problems, err := refusals(err)
	return &ExportPayload{e, problems, replayed}, err
}

func (r mutations) ExportLink(ctx context.Context, in ExportLinkInput) (*ExportLinkPayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	e, path, err := r.Flow.ExportLink(ctx, in.ExportID)
	problems, err := refusals(err)
	payload := &ExportLinkPayload{Export: e, UserErrors: problems}
	if path != "" {
		payload.Path = &path
	}
	return payload, err
}

func (r mutations) PersonErase(ctx context.Context, in PersonEraseInput) (*PersonErasePayload, error) {
	if err := ownSession(ctx); err != nil {
		return nil, err
	}
	err := r.Flow.PersonErase(ctx, in.Confirm)
	problems, failed := refusals(err)
	return &PersonErasePayload{err == nil, problems}, failed
}

func (r mutations) JobReplay(ctx context.Context, in JobReplayInput) (*JobPayload, error) {
	j, replayed, err := r.Flow.JobReplay(ctx, in.JobID)
	problems, err := refusals(err)
	return &JobPayload{j, problems, replayed}, err
}

-- The words of an experience, for looking them up (query.Words). Kept by triggers. The index holds no text of its own, and
-- numbers of its own join it to the experiences, because the rowids of a table without an integer key may change on VACUUM.
CREATE TABLE experience_words (doc INTEGER PRIMARY KEY, experience TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE experience_search USING fts5(words, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TRIGGER experience_search_insert AFTER INSERT ON experiences BEGIN
  INSERT INTO experience_words (experience) VALUES (new.id);
  INSERT INTO experience_search (rowid, words) SELECT doc, new.story || ' ' || new.what_was_good || ' ' || new.could_be_better FROM experience_words WHERE experience = new.id;
END;
CREATE TRIGGER experience_search_update AFTER UPDATE OF story, what_was_good, could_be_better ON experiences BEGIN
  DELETE FROM experience_search WHERE rowid = (SELECT doc FROM experience_words WHERE experience = old.id);
  INSERT INTO experience_search (rowid, words) SELECT doc, new.story || ' ' || new.what_was_good || ' ' || new.could_be_better FROM experience_words WHERE experience = new.id;
END;
CREATE TRIGGER experience_search_delete AFTER DELETE ON experiences BEGIN
  DELETE FROM experience_search WHERE rowid = (SELECT doc FROM experience_words WHERE experience = old.id);
  DELETE FROM experience_words WHERE experience = old.id;
END;

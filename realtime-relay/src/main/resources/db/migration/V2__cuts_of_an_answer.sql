-- Where each delta of an answer ended, so that a reader can go on at any offset when the log is gone, and the dialect that
-- the stream began with. NULL for questions, and for answers written before.
ALTER TABLE messages
    ADD COLUMN cuts     bytea,
    ADD COLUMN dialect  text;

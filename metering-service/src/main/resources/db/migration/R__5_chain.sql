-- The hash chain over the entries, and their partitions: jobs, never on the way of money.

-- Makes the partitions of this month and those to come. Gives up rather than wait long: writers queue behind it.
CREATE OR REPLACE FUNCTION entry_partitions_ahead(p_months integer) RETURNS integer LANGUAGE plpgsql
SET lock_timeout = '1s' AS $$
DECLARE
    made integer := 0;
BEGIN
    FOR n IN 0 .. p_months LOOP
        IF entry_partition((clock_timestamp() AT TIME ZONE 'UTC' + n * interval '1 month')::date) THEN
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END
$$;

CREATE OR REPLACE FUNCTION entry_digest(e entry) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(concat_ws('|', (e).id, COALESCE((e).stream_id::text, ''), COALESCE((e).grant_id::text, ''),
        (e).leg, (e).system::text, (e).amount, COALESCE((e).account_version::text, ''),
        COALESCE((e).balance_after::text, ''), (extract(epoch FROM (e).booked_at) * 1000000)::bigint, (e).account), 'UTF8'))
$$;

-- Seals what nobody can add to any more: the ids handed out when next_xid was noted belong to transactions that have
-- ended since. next_xid is the noting transaction's own id, taken after the last id was read: whoever got an id up to that
-- one had locked its account before, and so has a lower xid. (A snapshot's xmax would not do: it lies behind the newest
-- transaction that has ended, and there may be running ones above it.) Returns how many entries it sealed.
CREATE OR REPLACE FUNCTION entries_seal(p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    chain entry_chain;
    last entry_seal;
    upto bigint;
    found_ids bigint[];
    digests bytea;
    whole bytea;
BEGIN
    -- Before the lock below, which gives this transaction its xid.
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO upto FROM entry_number;
    SELECT * INTO chain FROM entry_chain FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- A restored database counts transactions anew.
    IF chain.next_xid > pg_snapshot_xmax(pg_current_snapshot()) THEN
        chain.next_id := chain.sealed_id;
    END IF;
    IF chain.next_id <= chain.sealed_id THEN
        UPDATE entry_chain SET next_id = upto, next_xid = pg_current_xact_id();
        RETURN 0;
    END IF;
    IF pg_snapshot_xmin(pg_current_snapshot()) < chain.next_xid THEN
        RETURN 0;
    END IF;
    SELECT array_agg(d.id ORDER BY d.id), string_agg(substr(d.digest, 1, 8), ''::bytea ORDER BY d.id),
        string_agg(d.digest, ''::bytea ORDER BY d.id)
    INTO found_ids, digests, whole
    FROM (SELECT e.id, entry_digest(e) AS digest FROM entry e
        WHERE e.id > chain.sealed_id AND e.id <= chain.next_id ORDER BY e.id LIMIT p_limit) d;
    upto := CASE WHEN cardinality(found_ids) = p_limit THEN found_ids[p_limit] ELSE chain.next_id END;
    IF cardinality(found_ids) > 0 THEN
        SELECT * INTO last FROM entry_seal ORDER BY number DESC LIMIT 1;
        INSERT INTO entry_seal (number, after_id, upto_id, ids, digests, hash)
        VALUES (COALESCE(last.number, 0) + 1, COALESCE(last.upto_id, 0), upto, found_ids, digests,
            sha256(COALESCE(last.hash, ''::bytea) || whole));
    END IF;
    -- Also where every id was lost with its transaction.
    UPDATE entry_chain SET sealed_id = upto;
    RETURN COALESCE(cardinality(found_ids), 0);
END
$$;

-- Recomputes the next seals from the entries; at the end of the chain begins anew after p_again. Returns how many.
CREATE OR REPLACE FUNCTION entries_verify(p_seals integer, p_again interval) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    chain entry_chain;
    seal entry_seal;
    before entry_seal;
    whole bytea;
    wrong bigint;
    done integer := 0;
BEGIN
    SELECT * INTO chain FROM entry_chain FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    IF chain.pass_began < clock_timestamp() - p_again
        AND NOT EXISTS (SELECT FROM entry_seal s WHERE s.number > chain.checked AND chain.broken_id IS NULL)
    THEN
        UPDATE entry_chain SET checked = 0, pass_began = clock_timestamp(), broken_id = NULL RETURNING * INTO chain;
    END IF;
    SELECT * INTO before FROM entry_seal s WHERE s.number = chain.checked;
    WHILE done < p_seals AND chain.broken_id IS NULL LOOP
        SELECT * INTO seal FROM entry_seal s WHERE s.number = chain.checked + 1;
        EXIT WHEN NOT FOUND;
        SELECT string_agg(entry_digest(e), ''::bytea ORDER BY e.id) INTO whole
        FROM entry e WHERE e.id > seal.after_id AND e.id <= seal.upto_id;
        IF seal.after_id <> COALESCE(before.upto_id, 0)
            OR sha256(COALESCE(before.hash, ''::bytea) || COALESCE(whole, ''::bytea)) <> seal.hash
        THEN
            SELECT min(COALESCE(e.id, s.id)) INTO wrong
            FROM (SELECT x.id, substr(entry_digest(x), 1, 8) AS digest FROM entry x
                WHERE x.id > seal.after_id AND x.id <= seal.upto_id) e
            FULL JOIN (SELECT i.id, substr(seal.digests, (i.place::integer - 1) * 8 + 1, 8) AS digest
                FROM unnest(seal.ids) WITH ORDINALITY i(id, place)) s ON s.id = e.id
            WHERE e.digest IS DISTINCT FROM s.digest;
            -- Every entry is as sealed: then the seal itself was changed.
            chain.broken_id := COALESCE(wrong, seal.ids[1]);
            chain.verified_id := seal.after_id;
        ELSE
            chain.checked := seal.number;
            chain.verified_id := seal.upto_id;
            before := seal;
        END IF;
        done := done + 1;
    END LOOP;
    UPDATE entry_chain SET checked = chain.checked, broken_id = chain.broken_id, verified_id = chain.verified_id,
        verified_at = CASE WHEN done > 0 THEN clock_timestamp() ELSE verified_at END;
    RETURN done;
END
$$;

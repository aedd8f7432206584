-- Sets a price: adds a version, unless the newest says the same already. Whoever sets the same one waits for its turn.
CREATE OR REPLACE FUNCTION price_set(
    p_name text, p_input bigint, p_cached bigint, p_cache_write bigint, p_output bigint, p_reasoning bigint,
    p_request bigint, p_by text)
RETURNS price LANGUAGE plpgsql AS $$
DECLARE
    newest price;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('price:' || p_name, 0));
    SELECT * INTO newest FROM price p WHERE p.name = p_name ORDER BY p.version DESC LIMIT 1;
    IF (newest.input_nano, newest.cached_nano, newest.cache_write_nano, newest.output_nano, newest.reasoning_nano,
        newest.request_micro)
        IS DISTINCT FROM (p_input, p_cached, p_cache_write, p_output, p_reasoning, p_request)
    THEN
        INSERT INTO price (name, version, input_nano, cached_nano, cache_write_nano, output_nano, reasoning_nano,
            request_micro, created_by)
        VALUES (p_name, COALESCE(newest.version, 0) + 1, p_input, p_cached, p_cache_write, p_output, p_reasoning,
            p_request, p_by)
        RETURNING * INTO newest;
    END IF;
    RETURN newest;
END
$$;

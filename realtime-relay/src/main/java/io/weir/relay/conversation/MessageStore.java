package io.weir.relay.conversation;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.Totals;
import io.weir.relay.access.Callers.Owner;
import io.weir.relay.access.TopicTable;
import io.weir.relay.conversation.Message.Ending;
import jakarta.inject.Singleton;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Sessions and messages in PostgreSQL. Each call is one statement; all of them fail with what the driver says. */
@Singleton
public class MessageStore {
    private static final int TITLE_LENGTH = 120;

    /** The session's row follows the message's: counted only if the message was new. */
    private static final String WRITE = """
            WITH written AS (
                INSERT INTO messages
                    (id, tenant, account, session, stream_id, role, content, state, agent, last_offset, terminal, created_at,
                     cuts, dialect, workspace_id, channel_id, author_id,
                     input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usage_source)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $14, $15, $16, $17,
                        CASE $6 WHEN 'user' THEN $3 ELSE $9 END, $18, $19, $20, $21, $22, $23)
                ON CONFLICT (stream_id, role) DO NOTHING
                RETURNING 1)
            INSERT INTO sessions AS s (tenant, account, id, title, messages, created_at, updated_at)
            SELECT $2, $3, $4, $13, 1, $12, $12 FROM written
            ON CONFLICT (tenant, account, id) DO UPDATE SET
                messages = s.messages + 1,
                title = CASE WHEN s.title = '' THEN EXCLUDED.title ELSE s.title END,
                updated_at = GREATEST(s.updated_at, EXCLUDED.updated_at)""";

    /** The account's own, and those that others share with it. */
    private static final String SESSIONS = """
            (SELECT id, title, messages, updated_at, NULL AS owner, NULL AS access FROM sessions
             WHERE tenant = $1 AND account = $2 ORDER BY updated_at DESC, id LIMIT $3)
            UNION ALL
            (SELECT s.id, s.title, s.messages, s.updated_at, h.owner, h.access
             FROM session_share h
             JOIN sessions s ON s.tenant = h.tenant AND s.account = h.owner AND s.id = h.session
             WHERE h.tenant = $1 AND h.account = $2 ORDER BY s.updated_at DESC, s.id LIMIT $3)
            ORDER BY updated_at DESC, id, owner NULLS FIRST LIMIT $3""";

    private static final String MESSAGES = """
            SELECT seq, id, role, content, stream_id, state, agent, created_at FROM messages
            WHERE tenant = $1 AND account = $2 AND session = $3 AND seq < $4 ORDER BY seq DESC LIMIT $5""";

    private static final String ANSWER = """
            SELECT tenant, account, role, content, agent, state, last_offset, terminal, cuts, dialect FROM messages
            WHERE stream_id = $1 ORDER BY role LIMIT 1""";

    private final Pool pool;
    private final TopicTable table;

    MessageStore(Pool pool, TopicTable table) {
        this.pool = pool;
        this.table = table;
    }

    /** Writes a message, unless it is there already; also its session. */
    public Uni<Void> write(Message message) {
        String title = message.role() == Role.USER ? title(message.content()) : "";
        Optional<Ending> ending = message.ending();
        List<@Nullable Object> values = new ArrayList<>();
        values.add(message.id());
        values.add(message.header().tenant().value());
        values.add(message.header().account().value());
        values.add(message.header().session().value());
        values.add(message.stream().value());
        values.add(message.role().wire());
        values.add(storable(message.content()));
        values.add(message.state());
        values.add(message.header().agent().value());
        values.add(ending.map(Ending::offset).orElse(0L));
        values.add(ending.map(end -> storable(end.json())).orElse(null));
        values.add(message.createdAt().atOffset(ZoneOffset.UTC));
        values.add(storable(title));
        values.add(ending.flatMap(Ending::cuts)
                .map(cuts -> Buffer.buffer(cuts.bytes()))
                .orElse(null));
        values.add(ending.map(_ -> message.header().dialect()).orElse(null));
        Map<String, String> place = table.variablesOf(message.header().topic());
        values.add(place.get("workspace"));
        values.add(place.get("channel"));
        Optional<Totals> totals = ending.map(Ending::totals);
        values.add(totals.map(Totals::input).orElse(null));
        values.add(totals.map(Totals::cached).orElse(null));
        values.add(totals.map(Totals::cacheWrite).orElse(null));
        values.add(totals.map(Totals::output).orElse(null));
        values.add(totals.map(Totals::reasoning).orElse(null));
        values.add(ending.map(end -> end.usageSource().wire()).orElse(null));
        return pool.preparedQuery(WRITE).execute(Tuple.from(values)).replaceWithVoid();
    }

    /** The sessions of an account and those shared with it, most recently used first. */
    public Uni<SessionList> sessions(Owner owner, int limit) {
        return pool.preparedQuery(SESSIONS)
                .execute(Tuple.of(owner.tenant().value(), owner.account().value(), limit))
                .map(rows ->
                        new SessionList(stream(rows).map(MessageStore::session).toList()));
    }

    /** The messages of a session before {@code before}, newest first. */
    public Uni<MessageList> messages(Owner owner, SessionId session, long before, int limit) {
        Tuple values = Tuple.of(owner.tenant().value(), owner.account().value(), session.value(), before, limit + 1);
        return pool.preparedQuery(MESSAGES).execute(values).map(rows -> page(rows, limit));
    }

    /** What is known of a stream: its answer, or while there is none its question. */
    public Uni<Optional<StoredAnswer>> answer(StreamId stream) {
        return pool.preparedQuery(ANSWER)
                .execute(Tuple.of(stream.value()))
                .map(rows -> stream(rows).findFirst().map(MessageStore::answer));
    }

    private static MessageList page(RowSet<Row> rows, int limit) {
        List<Row> all = stream(rows).toList();
        List<Row> shown = all.subList(0, Math.min(limit, all.size()));
        String next = all.size() > limit ? String.valueOf(shown.getLast().getLong("seq")) : null;
        return new MessageList(shown.stream().map(MessageStore::entry).toList(), next);
    }

    private static SessionList.Session session(Row row) {
        return new SessionList.Session(
                row.getString("id"),
                row.getString("title"),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getLong("messages"),
                row.getString("owner"),
                row.getString("access"));
    }

    private static MessageList.Entry entry(Row row) {
        return new MessageList.Entry(
                row.getUUID("id"),
                row.getString("role"),
                row.getString("content"),
                new StreamId(row.getUUID("stream_id")),
                row.getString("state"),
                row.getString("agent"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static StoredAnswer answer(Row row) {
        var tenant = new TenantId(row.getString("tenant"));
        var account = new AccountId(row.getString("account"));
        String terminal = row.getString("terminal");
        if (!row.getString("role").equals(Role.ASSISTANT.wire()) || terminal == null) {
            // A question, or a message that was not written by us: no log has ended with it.
            return new StoredAnswer(tenant, account, null);
        }
        var answer = new StoredAnswer.Answer(
                row.getString("content"),
                row.getString("agent"),
                row.getString("state"),
                row.getLong("last_offset"),
                terminal,
                Optional.ofNullable(row.getDelegate().getBuffer("cuts")).map(cuts -> Cuts.ofBytes(cuts.getBytes())),
                Optional.ofNullable(row.getString("dialect")));
        return new StoredAnswer(tenant, account, answer);
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    /** The first line of a question, shortened between code points. */
    private static String title(String question) {
        String line = question.strip().lines().findFirst().orElse("");
        return line.codePoints()
                .limit(TITLE_LENGTH)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** PostgreSQL's text has no NUL. */
    static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    }
}

package io.weir.relay.shares;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.Share;
import io.weir.relay.access.ShareRight;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Shares in PostgreSQL. Each call is one statement; all of them fail with what the driver says. */
@Singleton
class ShareStore {
    private static final String PUT = """
            INSERT INTO session_share (tenant, owner, session, account, access)
            SELECT $1, $2, $3, $4, $5
            WHERE (SELECT count(*) FROM session_share
                   WHERE tenant = $1 AND owner = $2 AND session = $3 AND account <> $4) < $6
            ON CONFLICT (tenant, owner, session, account) DO UPDATE SET access = EXCLUDED.access""";

    private static final String DELETE =
            "DELETE FROM session_share WHERE tenant = $1 AND owner = $2 AND session = $3 AND account = $4";

    private static final String ONE =
            "SELECT access FROM session_share WHERE tenant = $1 AND owner = $2 AND session = $3 AND account = $4";

    private static final String MANY = """
            SELECT s.tenant, s.owner, s.session, s.account, s.access
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS asked (tenant, owner, session, account)
            JOIN session_share AS s USING (tenant, owner, session, account)""";

    private static final String OF_SESSION = """
            SELECT account, access FROM session_share WHERE tenant = $1 AND owner = $2 AND session = $3
            ORDER BY account""";

    private final Pool pool;

    ShareStore(Pool pool) {
        this.pool = pool;
    }

    /** Shares, or changes the right; false if the session is shared with {@code limit} others already. */
    Uni<Boolean> put(Share share, ShareRight right, int limit) {
        Tuple values = key(share).addString(right.wire()).addInteger(limit);
        return pool.preparedQuery(PUT).execute(values).map(rows -> rows.rowCount() > 0);
    }

    Uni<Void> delete(Share share) {
        return pool.preparedQuery(DELETE).execute(key(share)).replaceWithVoid();
    }

    Uni<Optional<ShareRight>> right(Share share) {
        return pool.preparedQuery(ONE)
                .execute(key(share))
                .map(rows -> rows.iterator().hasNext() ? right(rows.iterator().next()) : Optional.empty());
    }

    /** The rights of those shares that exist. */
    Uni<Map<Share, ShareRight>> rights(Collection<Share> shares) {
        Tuple values = Tuple.of(
                column(shares, share -> share.tenant().value()),
                column(shares, share -> share.owner().value()),
                column(shares, share -> share.session().value()),
                column(shares, share -> share.account().value()));
        return pool.preparedQuery(MANY).execute(values).map(ShareStore::rights);
    }

    /** Who else has a session, by account. */
    Uni<List<ShareList.Entry>> ofSession(TenantId tenant, AccountId owner, SessionId session) {
        return pool.preparedQuery(OF_SESSION)
                .execute(Tuple.of(tenant.value(), owner.value(), session.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new ShareList.Entry(row.getString("account"), row.getString("access")))
                        .toList());
    }

    private static Map<Share, ShareRight> rights(RowSet<Row> rows) {
        Map<Share, ShareRight> rights = new HashMap<>();
        for (Row row : rows) {
            var share = new Share(
                    new TenantId(row.getString("tenant")),
                    new AccountId(row.getString("owner")),
                    new SessionId(row.getString("session")),
                    new AccountId(row.getString("account")));
            right(row).ifPresent(right -> rights.put(share, right));
        }
        return rights;
    }

    private static Optional<ShareRight> right(Row row) {
        return ShareRight.ofWire(row.getString("access"));
    }

    private static Tuple key(Share share) {
        return Tuple.of(
                share.tenant().value(),
                share.owner().value(),
                share.session().value(),
                share.account().value());
    }

    private static String[] column(Collection<Share> shares, Function<Share, String> value) {
        return shares.stream().map(value).toArray(String[]::new);
    }
}

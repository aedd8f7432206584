package io.weir.relay.shares;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.weir.relay.access.Share;
import io.weir.relay.access.ShareRight;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Shares of sessions. Whoever follows one learns at once of a change made through this process, and of one made through
 * another within the time of {@link SharesConfig#recheck}. While PostgreSQL is away followers keep the right they have.
 * Safe for any thread.
 */
@Singleton
public class Shares {
    private static final Logger LOG = Logger.getLogger(Shares.class);

    private final ShareStore store;
    private final SharesConfig config;
    private final Map<Share, Set<Consumer<Optional<ShareRight>>>> followers = new ConcurrentHashMap<>();
    private volatile boolean checking;

    Shares(ShareStore store, SharesConfig config, Vertx vertx) {
        this.store = store;
        this.config = config;
        vertx.setPeriodic(config.recheck().toMillis(), _ -> recheck());
    }

    /** The right of a share; empty if there is no such share. Fails if it cannot be read. */
    public Uni<Optional<ShareRight>> rightOf(Share share) {
        return store.right(share);
    }

    /**
     * Tells {@code follower} the share's right whenever it may have changed, empty once it is revoked; on any thread. Run
     * the answer to follow no longer.
     */
    public Runnable follow(Share share, Consumer<Optional<ShareRight>> follower) {
        followers.compute(share, (_, known) -> {
            Set<Consumer<Optional<ShareRight>>> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(follower);
            return all;
        });
        return () -> followers.computeIfPresent(share, (_, known) -> {
            known.remove(follower);
            return known.isEmpty() ? null : known;
        });
    }

    /** Shares, or changes the right; false if the session is shared with too many already. */
    Uni<Boolean> put(Share share, ShareRight right) {
        return store.put(share, right, config.perSession()).invoke(done -> {
            if (done) {
                tell(share, Optional.of(right));
            }
        });
    }

    /** Revokes. */
    Uni<Void> revoke(Share share) {
        return store.delete(share).invoke(() -> tell(share, Optional.empty()));
    }

    private void tell(Share share, Optional<ShareRight> right) {
        followers.getOrDefault(share, Set.of()).forEach(follower -> follower.accept(right));
    }

    /** One statement at a time, however slow PostgreSQL is. */
    private void recheck() {
        List<Share> followed = List.copyOf(followers.keySet());
        if (checking || followed.isEmpty()) {
            return;
        }
        checking = true;
        store.rights(followed)
                .subscribe()
                .with(
                        rights -> {
                            checking = false;
                            followed.forEach(share -> tell(share, Optional.ofNullable(rights.get(share))));
                        },
                        failure -> {
                            checking = false;
                            LOG.warnf(
                                    "shares not checked cause=%s",
                                    failure.getClass().getSimpleName());
                        });
    }
}

package io.weir.relay.shares;

import io.smallrye.mutiny.Uni;
import io.weir.relay.access.Share;
import io.weir.relay.access.ShareRight;
import io.weir.relay.access.TopicAccess;
import io.weir.relay.access.TopicTable;
import io.weir.relay.access.Viewer;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What callers may do on topics, shares included. Safe for any thread. */
@Singleton
public class TopicRights {
    private final TopicTable table;
    private final Shares shares;

    TopicRights(TopicTable table, Shares shares) {
        this.table = table;
        this.shares = shares;
    }

    /**
     * What {@code viewer} may do on {@code name}; at once, unless the name asks for a share. Fails if the shares cannot be
     * read.
     */
    public Uni<TopicAccess> access(Viewer viewer, String name, boolean privately) {
        return share(viewer, name)
                .map(share -> shares.rightOf(share).map(right -> table.access(viewer, name, privately, right)))
                .orElseGet(() -> Uni.createFrom().item(table.access(viewer, name, privately)));
    }

    /** What {@code viewer} may do on {@code name} with the {@code right} of the share that it asks for. */
    public TopicAccess access(Viewer viewer, String name, boolean privately, Optional<ShareRight> right) {
        return table.access(viewer, name, privately, right);
    }

    /** The share that {@code name} asks for; empty for most names. */
    public Optional<Share> share(Viewer viewer, String name) {
        return table.share(viewer, name);
    }
}

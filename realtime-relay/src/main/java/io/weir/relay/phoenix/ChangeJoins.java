package io.weir.relay.phoenix;

import io.weir.relay.changes.ChangeFeed;
import io.weir.relay.changes.ChangeRequest;
import io.weir.relay.loop.Loop;
import io.weir.relay.topics.Hub;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Joins that may want to be told of the database: one that waits for it is not answered before it is there. */
final class ChangeJoins {
    private final ChangeFeed feed;
    private final Hub hub;
    private final Loop loop;

    /**
     * Joins of one socket.
     *
     * @param loop the socket's
     */
    ChangeJoins(ChangeFeed feed, Hub hub, Loop loop) {
        this.feed = feed;
        this.hub = hub;
        this.loop = loop;
    }

    /**
     * Joins the channel, now or once the database is there. On the socket's loop, as everything that it calls.
     *
     * @param answered the join has its reply already, so it cannot wait for anything
     * @param wanted whether the channel is still there
     * @param refused learns why the channel is not joined
     */
    void join(Channel channel, boolean answered, BooleanSupplier wanted, Consumer<String> refused) {
        ChangeRequest request = channel.config().changes();
        if (request.isEmpty()) {
            hub.join(channel.key(), channel);
            return;
        }
        channel.changes(new ChannelChanges(channel, feed));
        if (answered || !request.waits()) {
            hub.join(channel.key(), channel);
        } else if (request.refusals().isEmpty()) {
            feed.whenLive(request.patience(), live -> loop.run(() -> waited(channel, live, wanted, refused)));
        } else {
            refused.accept(ChannelChanges.refused(request.refusals().getFirst()));
        }
    }

    private void waited(Channel channel, boolean live, BooleanSupplier wanted, Consumer<String> refused) {
        if (!wanted.getAsBoolean()) {
            return;
        }
        if (live) {
            hub.join(channel.key(), channel);
        } else {
            refused.accept("PostgresChangesSubscribeTimeout: the database is not there");
        }
    }
}

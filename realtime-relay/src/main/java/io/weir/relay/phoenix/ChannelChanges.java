package io.weir.relay.phoenix;

import io.weir.relay.access.Viewer;
import io.weir.relay.changes.ChangeFeed;
import io.weir.relay.changes.ChangeNews;
import io.weir.relay.changes.ChangeRequest;
import io.weir.relay.changes.ChangeSubscriber;
import java.util.function.Predicate;

/** What one channel is told of the database, from its join to its end. Safe for any thread. */
final class ChannelChanges implements ChangeSubscriber {
    private final Channel channel;
    private final ChangeFeed feed;
    private final Runnable subscribed = this::subscribed;
    private volatile boolean over;

    ChannelChanges(Channel channel, ChangeFeed feed) {
        this.channel = channel;
        this.feed = feed;
    }

    /** Begins, before the join is answered, so that nothing is missed from the answer on. */
    void begin() {
        if (!request().bindings().isEmpty()) {
            feed.add(this);
        }
    }

    /** Says how it stands, after the join is answered. */
    void explain() {
        for (String refusal : request().refusals()) {
            channel.system(SystemMessage.changes(false, refused(refusal)));
        }
        if (request().bindings().isEmpty()) {
            return;
        }
        if (!feed.isLive()) {
            channel.system(SystemMessage.changes(
                    false, "DatabaseUnavailable: changes are told as soon as the database is back"));
        }
        feed.whenLive(subscribed);
        if (over) {
            feed.forget(subscribed);
        }
    }

    private void subscribed() {
        if (!over) {
            channel.system(SystemMessage.changes(true, "Subscribed to PostgreSQL"));
        }
    }

    /** Nothing more is told. */
    void end() {
        over = true;
        feed.remove(this);
        feed.forget(subscribed);
    }

    static String refused(String why) {
        return "InvalidSubscription: Unable to subscribe to changes: " + why;
    }

    @Override
    public ChangeRequest request() {
        return channel.config().changes();
    }

    @Override
    public boolean isOneOf(Predicate<Viewer> readers) {
        return channel.isOneOf(readers);
    }

    @Override
    public void changed(ChangeNews news) {
        if (!over) {
            channel.changed(news);
        }
    }
}

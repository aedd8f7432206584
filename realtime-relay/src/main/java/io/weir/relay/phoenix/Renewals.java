package io.weir.relay.phoenix;

import io.weir.relay.access.ShareRight;
import io.weir.relay.access.TopicAccess;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.Verification;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** What a newer token or a changed share means for a channel that is joined: for one socket, on its loop. */
final class Renewals {
    private final Realm realm;
    private final Identities identities;
    private final Predicate<Channel> here;
    private final BiConsumer<Channel, String> ending;

    /**
     * Renewals of the channels of one socket.
     *
     * @param here whether a channel is still joined
     * @param ending ends one with {@link Membership#CLOSE} or {@link Membership#ERROR}
     */
    Renewals(Realm realm, Identities identities, Predicate<Channel> here, BiConsumer<Channel, String> ending) {
        this.realm = realm;
        this.identities = identities;
        this.here = here;
        this.ending = ending;
    }

    /** The right of the share by which a channel is here has changed. */
    void shareChanged(Channel channel, Optional<ShareRight> right) {
        if (!here.test(channel)) {
            return;
        }
        Viewer viewer = channel.viewer();
        TopicAccess access =
                realm.table().access(viewer, channel.name(), channel.config().privately(), right);
        if (access instanceof Granted granted) {
            admit(channel, viewer, granted);
        } else {
            lose(channel);
        }
    }

    private void admit(Channel channel, Viewer viewer, Granted granted) {
        channel.admit(new Channel.Admission(viewer, granted));
        if (!granted.control()) {
            realm.hub().untrack(channel.key(), channel);
        }
    }

    /** A token that is no good is recoverable, a lost right is not. */
    void renew(Channel channel, Verification verification) {
        switch (verification) {
            case Rejected rejected -> {
                channel.system(rejected.message());
                ending.accept(channel, Membership.ERROR);
            }
            case Verified(Viewer viewer) ->
                identities.access(
                        viewer,
                        channel.name(),
                        channel.config().privately(),
                        access -> renew(channel, viewer, access),
                        () -> ending.accept(channel, Membership.ERROR));
        }
    }

    private void renew(Channel channel, Viewer viewer, TopicAccess access) {
        switch (access) {
            case Granted granted when granted.key().equals(channel.key()) -> admit(channel, viewer, granted);
            case Granted _ -> ending.accept(channel, Membership.ERROR);
            case TopicAccess.Denied _ -> lose(channel);
        }
    }

    private void lose(Channel channel) {
        channel.system("You no longer have permission to read from this Channel topic: " + channel.name());
        ending.accept(channel, Membership.CLOSE);
    }
}

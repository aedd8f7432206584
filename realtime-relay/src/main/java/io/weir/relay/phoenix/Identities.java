package io.weir.relay.phoenix;

import io.weir.relay.access.TopicAccess;
import io.weir.relay.access.Verification;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Viewer;
import java.util.function.Consumer;

/** Who stands behind a token, and what they may do here: for one socket, whose frames wait meanwhile. On its loop. */
final class Identities {
    private final Realm realm;
    private final Handshake handshake;
    private final Membership.Line line;

    Identities(Realm realm, Handshake handshake, Membership.Line line) {
        this.realm = realm;
        this.handshake = handshake;
        this.line = line;
    }

    /** True for somebody of the socket's tenant whose token has not ended. */
    boolean isHere(Viewer viewer) {
        return viewer.tenant().equals(handshake.tenant()) && !isOver(viewer);
    }

    boolean isOver(Viewer viewer) {
        return !realm.clock().instant().isBefore(viewer.expiresAt());
    }

    void verify(String token, Consumer<Verification> then) {
        line.await(
                realm.verifier().verify(token),
                then,
                failure -> then.accept(
                        new Rejected("UnableToVerify", failure.getClass().getSimpleName())));
    }

    /** What {@code viewer} may do; {@code failed} runs where that cannot be found out right now. */
    void access(Viewer viewer, String name, boolean privately, Consumer<TopicAccess> then, Runnable failed) {
        if (isHere(viewer)) {
            line.await(realm.rights().access(viewer, name, privately), then, _ -> failed.run());
        } else {
            then.accept(new TopicAccess.Denied());
        }
    }
}

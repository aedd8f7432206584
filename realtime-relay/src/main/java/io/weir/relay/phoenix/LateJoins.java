package io.weir.relay.phoenix;

import io.weir.relay.access.TopicAccess;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import io.weir.relay.delivery.Outbound;
import io.weir.relay.loop.Loop;
import io.weir.relay.phoenix.ClientFrame.Push;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers joins that came without any token, and opens their channels once it is here. The stock client sends its first
 * join before it knows its token, and the token only after the reply, or with the next join if it had it before the
 * connection was open. So where none comes soon, or one that is no good, the channel is reset: the client joins again
 * with the token that it has by then, and what it has said meanwhile is done then. On the socket's loop.
 */
final class LateJoins {
    private static final String EMPTY = "{}";

    private final Vsn vsn;
    private final Loop loop;
    private final Clock clock;
    private final long patienceMillis;
    private final Outbound<ServerFrame> out;
    private final Membership.Line line;
    private final Identities identities;
    private final Opener opener;
    private final LateTokens waiting;

    LateJoins(SocketConfig config, Socket socket, Identities identities, Opener opener) {
        this.vsn = socket.vsn();
        this.loop = socket.loop();
        this.clock = socket.clock();
        this.out = socket.out();
        this.line = socket.line();
        this.identities = identities;
        this.opener = opener;
        this.patienceMillis = config.lateToken().toMillis();
        this.waiting = new LateTokens(config);
    }

    /**
     * Where the joins come from.
     *
     * @param vsn its serialisation
     * @param loop its loop
     * @param clock the time
     * @param out what is sent to it
     * @param line what comes from it
     */
    record Socket(Vsn vsn, Loop loop, Clock clock, Outbound<ServerFrame> out, Membership.Line line) {}

    /** Opens a channel whose join has been answered. */
    @FunctionalInterface
    interface Opener {
        /** The client has taken itself for joined since {@code missedMillis}, Unix time. */
        void open(Push join, JoinConfig config, Channel.Admission admission, long missedMillis);
    }

    int count() {
        return waiting.count();
    }

    boolean has(String topic) {
        return waiting.has(topic);
    }

    /** True for a frame that is kept until its channel's token is here. */
    boolean keeps(String topic, ClientFrame frame) {
        return waiting.keep(topic, frame);
    }

    /** Answers the join, and waits. */
    void add(Push join, JoinConfig config) {
        waiting.add(join, config, new EarlyJoins.Moment(clock.millis(), System.nanoTime()));
        out.send(FrameEncoder.reply(vsn, join.joinRef(), join.ref(), join.topic(), true, config.response()));
        loop.later(patienceMillis + 1, this::expire);
    }

    /** What the client has said on an earlier join of {@code topic} that was reset. */
    List<ClientFrame> carried(String topic) {
        return waiting.carried(topic, System.nanoTime());
    }

    /** Since when the client takes itself for joined to {@code topic}, in Unix time; null if it does not. Asked once. */
    @Nullable
    Long missedMillis(String topic) {
        return waiting.missedMillis(topic, System.nanoTime());
    }

    /** The join of {@code topic} is over, for good; false if none waits. */
    boolean close(String topic) {
        LateTokens.Waiting join = waiting.take(topic);
        if (join != null) {
            refuseAll(join);
            end(join.join(), "phx_close");
        }
        return join != null;
    }

    /** The token that a join has waited for; false if none waits on its topic. */
    boolean accessToken(Push push, @Nullable String token, boolean isKey) {
        LateTokens.Waiting join = waiting.take(push.topic());
        if (join == null) {
            return false;
        }
        if (token == null || isKey) {
            refuse(join, Membership.unauthorized(push.topic()));
        } else {
            identities.verify(token, verification -> {
                switch (verification) {
                    case Rejected rejected -> refuse(join, rejected.reason());
                    case Verified(Viewer viewer) -> identified(join, viewer);
                }
            });
        }
        return true;
    }

    private void identified(LateTokens.Waiting join, Viewer viewer) {
        String topic = join.join().topic();
        identities.access(
                viewer,
                Membership.nameOf(topic),
                join.config().privately(),
                access -> settle(join, viewer, access),
                () -> refuse(join, Membership.UNREADABLE));
    }

    private void settle(LateTokens.Waiting join, Viewer viewer, TopicAccess access) {
        if (access instanceof Granted granted) {
            opener.open(join.join(), join.config(), new Channel.Admission(viewer, granted), join.firstMillis());
            join.frames().forEach(line::handle);
        } else {
            refuse(join, Membership.unauthorized(join.join().topic()));
        }
    }

    private void refuse(LateTokens.Waiting join, String reason) {
        refuseAll(join);
        reset(join, reason);
    }

    /** Answers what was said meanwhile, where an answer can be given. */
    private void refuseAll(LateTokens.Waiting join) {
        String joinRef = Membership.reference(join.join());
        for (ClientFrame frame : join.frames()) {
            String ref =
                    switch (frame) {
                        case Push push -> push.ref();
                        case ClientFrame.UserBroadcast broadcast -> broadcast.ref();
                        case ClientFrame.Malformed _ -> null;
                    };
            if (ref != null) {
                String error = FrameEncoder.object("error", "unauthorized");
                out.send(FrameEncoder.reply(vsn, joinRef, ref, join.join().topic(), false, error));
            }
        }
    }

    /** The client has left {@code topic}. */
    void forget(String topic) {
        waiting.forget(topic);
    }

    /** Resets what has waited too long. */
    void expire() {
        waiting.overdue(System.nanoTime())
                .forEach(join -> reset(join, Membership.unauthorized(join.join().topic())));
    }

    private void reset(LateTokens.Waiting late, String reason) {
        waiting.reset(late);
        Push join = late.join();
        String payload = SystemMessage.error(reason).payload(Membership.nameOf(join.topic()));
        out.send(FrameEncoder.push(vsn, Membership.reference(join), null, join.topic(), "system", payload));
        end(join, "phx_error");
    }

    private void end(Push join, String event) {
        String reference = Membership.reference(join);
        out.send(FrameEncoder.push(vsn, reference, reference, join.topic(), event, EMPTY));
        line.ended();
    }
}

package io.weir.relay.phoenix;

import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.weir.relay.delivery.Outbound;
import io.weir.relay.loop.Loop;
import io.weir.relay.phoenix.ClientFrame.Malformed;
import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.phoenix.ClientFrame.UserBroadcast;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket. Frames are handled one after the other on its loop; while a token or a right is looked up the following
 * ones wait.
 */
final class PhoenixSocket {
    private static final Logger LOG = Logger.getLogger(PhoenixSocket.class);
    private static final String EMPTY = "{}";
    private static final int MAX_WAITING_FRAMES = 1000;
    private static final int TRY_LATER = 1013;
    private static final int TOO_BIG = 1009;

    private final Realm realm;
    private final Loop loop;
    private final Outbound<ServerFrame> out;
    private final Handshake handshake;
    private final Posting posting;
    private final FrameDecoder decoder;
    private final Patience patience;
    private final Membership membership;
    private final ArrayDeque<ClientFrame> waiting = new ArrayDeque<>(1);
    private boolean closed;
    private boolean asking;

    PhoenixSocket(Realm realm, Loop loop, Outbound.Transport<ServerFrame> transport, Handshake handshake) {
        this.realm = realm;
        this.loop = loop;
        this.handshake = handshake;
        this.out = new Outbound<>(transport, realm.config().queue().asLongValue());
        this.patience = new Patience(realm.config(), System.nanoTime());
        this.membership = new Membership(realm, loop, out, handshake, new Frames());
        this.posting = new Posting(realm, membership::reset);
        this.decoder = new FrameDecoder(realm.mapper());
    }

    void text(String text) {
        if (fits(text.length())) {
            received(decoder.text(handshake.vsn(), text));
        }
    }

    void binary(Buffer frame) {
        if (fits(frame.length())) {
            received(decoder.binary(frame));
        }
    }

    private boolean fits(int length) {
        boolean fits = length <= realm.config().maxFrame().asLongValue();
        if (!fits) {
            out.close(TOO_BIG, "frame too long");
        }
        return fits;
    }

    /** The socket is closed. */
    void closed() {
        out.closed();
        loop.run(() -> {
            closed = true;
            waiting.clear();
            membership.closed();
        });
    }

    /** Closes the socket; the client connects again. */
    void close(int code, String reason) {
        out.close(code, reason);
    }

    /** What waits to be written. Any thread. */
    long waitingBytes() {
        return out.waitingBytes();
    }

    /** Ends what has run out of time. Called every few seconds, from any thread. */
    void sweep() {
        loop.run(() -> {
            long now = System.nanoTime();
            patience.exhausted(now, !membership.isEmpty(), out.stalledNanos(now))
                    .ifPresentOrElse(reason -> out.close(TRY_LATER, reason), membership::expire);
        });
    }

    private void received(ClientFrame frame) {
        patience.heard(System.nanoTime());
        if (!asking) {
            handle(frame);
        } else if (waiting.size() < MAX_WAITING_FRAMES) {
            waiting.add(frame);
        } else {
            out.close(TRY_LATER, "too many frames");
        }
    }

    private void handle(ClientFrame frame) {
        switch (frame) {
            case Malformed(String why) -> LOG.debugf("frame dropped why=%s", why);
            case Push push -> push(push);
            case UserBroadcast broadcast -> {
                Channel channel = channel(frame, broadcast.joinRef(), broadcast.ref(), broadcast.topic());
                if (channel != null) {
                    posting.broadcast(
                            channel,
                            broadcast.ref(),
                            broadcast.event(),
                            broadcast.persist(),
                            broadcast.json(),
                            broadcast.payload().getBytes());
                }
            }
        }
    }

    private void push(Push push) {
        switch (push.event()) {
            case "heartbeat" -> reply(push, true, EMPTY);
            case "phx_join" -> membership.join(push);
            case "phx_leave" -> membership.leave(push);
            case "access_token" -> membership.accessToken(push);
            case "broadcast" -> {
                Channel channel = channel(push, push.joinRef(), push.ref(), push.topic());
                if (channel != null) {
                    posting.broadcast(channel, push);
                }
            }
            case "presence" -> {
                Channel channel = channel(push, push.joinRef(), push.ref(), push.topic());
                if (channel != null) {
                    posting.presence(channel, push);
                }
            }
            default -> {
                if (channel(push, push.joinRef(), push.ref(), push.topic()) != null) {
                    reply(push, false, FrameEncoder.object("reason", "unknown event"));
                }
            }
        }
    }

    private @Nullable Channel channel(ClientFrame frame, @Nullable String joinRef, @Nullable String ref, String topic) {
        return membership.keeps(topic, frame) ? null : membership.channel(joinRef, ref, topic);
    }

    private void reply(Push push, boolean ok, String response) {
        out.send(FrameEncoder.reply(handshake.vsn(), push.joinRef(), push.ref(), push.topic(), ok, response));
    }

    private final class Frames implements Membership.Line {
        @Override
        public <T> void await(Uni<T> answer, Consumer<T> then, Consumer<Throwable> failed) {
            asking = true;
            answer.subscribe()
                    .with(
                            item -> loop.run(() -> answered(() -> then.accept(item))),
                            failure -> loop.run(() -> answered(() -> failed.accept(failure))));
        }

        /** A join that is only now answered would leave a subscriber that nobody ever removes, were the socket closed. */
        private void answered(Runnable then) {
            asking = false;
            if (closed) {
                return;
            }
            then.run();
            while (!asking && !waiting.isEmpty()) {
                PhoenixSocket.this.handle(waiting.poll());
            }
        }

        @Override
        public void handle(ClientFrame frame) {
            PhoenixSocket.this.handle(frame);
        }

        @Override
        public void ended() {
            patience.hadChannel(System.nanoTime());
        }

        @Override
        public void close(String reason) {
            out.close(TRY_LATER, reason);
        }
    }
}

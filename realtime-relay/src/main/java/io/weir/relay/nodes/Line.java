package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.loop.Loop;
import io.weir.relay.redis.Redis;
import io.weir.streams.run.Deltas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One topic's line to the other nodes: who there wants to hear it, and what they are to be told. What is said within a tick
 * leaves as one message, and only where somebody wants it; before that is known, it waits. On the topic's loop, unless said
 * otherwise.
 */
final class Line {
    private static final Logger LOG = Logger.getLogger(Line.class);
    /** So many looks long we go on to know who listens to a topic that somebody has spoken on. */
    private static final int SPOKEN_LOOKS = 3;
    /** Messages without an answer; what comes then waits for one. */
    private static final int MAX_UNANSWERED = 32;

    private final TopicKey key;
    private final Loop loop;
    private final String channel;
    private final Redis redis;
    private final BusCodec codec;
    private final NodesConfig config;
    private final Set<String> others = new HashSet<>();
    private final Set<StreamId> following = new HashSet<>();
    private final Set<StreamId> writing = new HashSet<>();
    private final List<BusFrame> held = new ArrayList<>();
    private int heldBytes;
    private List<BusFrame> outbox = new ArrayList<>();
    private int outboxBytes;
    private int unanswered;
    private @Nullable Showing waiting;
    private boolean showing;
    private boolean ticking;
    private boolean followed;
    private int spoken;
    private boolean subscribed;
    private boolean confirmed;
    private boolean known;
    private boolean declared;

    Line(TopicKey key, Loop loop, String channel, Redis redis, BusCodec codec, NodesConfig config) {
        this.key = key;
        this.loop = loop;
        this.channel = channel;
        this.redis = redis;
        this.codec = codec;
        this.config = config;
    }

    TopicKey key() {
        return key;
    }

    Loop loop() {
        return loop;
    }

    /** Streams whose log grows here because another node writes them. */
    Set<StreamId> following() {
        return following;
    }

    /** Streams that this node writes. */
    Set<StreamId> writing() {
        return writing;
    }

    /** Whether somebody here follows the topic. */
    void followed(boolean by) {
        followed = by;
    }

    boolean isFollowed() {
        return followed;
    }

    /** Somebody here has said something, and may do so again. */
    void spoken() {
        spoken = SPOKEN_LOOKS;
    }

    /** Some time has passed: what waits for a Redis that is away is not kept for ever. */
    void looked() {
        spoken = Math.max(0, spoken - 1);
        if (!known) {
            held.clear();
            heldBytes = 0;
            waiting = null;
        }
    }

    /** True if this node has to hear what others say on the topic. */
    boolean wantsToHear() {
        return followed || !following.isEmpty();
    }

    boolean isNeeded() {
        return wantsToHear() || !writing.isEmpty() || spoken > 0;
    }

    /** Follows the channel while there is a reason to. */
    void subscribe() {
        if (isNeeded() == subscribed) {
            return;
        }
        subscribed = !subscribed;
        if (subscribed) {
            redis.subscribe(channel);
        } else {
            confirmed = false;
            known = false;
            redis.unsubscribe(channel);
        }
    }

    /** The channel is followed: from now on we hear who else begins to want the topic. */
    void confirmed() {
        confirmed = subscribed;
    }

    /** True if what the others were told about our interest has to change; from now on they know. */
    boolean declare() {
        boolean changed = wantsToHear() != declared;
        declared = wantsToHear();
        return changed;
    }

    /** The nodes that want to hear the topic, beside this one. True if that was not known before. */
    boolean others(Set<String> nodes) {
        others.clear();
        others.addAll(nodes);
        boolean first = confirmed && !known;
        known = confirmed;
        if (first) {
            List<BusFrame> before = List.copyOf(held);
            held.clear();
            heldBytes = 0;
            before.forEach(this::tell);
            showNext();
        }
        return first;
    }

    void interested(String node, boolean wanted) {
        if (wanted) {
            others.add(node);
        } else {
            others.remove(node);
        }
    }

    /** Tells the others, if there are any who want to hear. */
    void tell(BusFrame frame) {
        if (known) {
            if (!others.isEmpty()) {
                send(frame);
            }
        } else if (!frame.isOptional()
                && heldBytes + frame.weight() <= config.outbox().asLongValue()) {
            held.add(frame);
            heldBytes += frame.weight();
        }
    }

    /** Shows the others something, as a message of its own; what they have not been sent by then is skipped. */
    void show(Showing newer) {
        waiting = waiting == null ? newer : waiting.replacedBy(newer);
        spoken();
        subscribe();
        showNext();
    }

    private void showNext() {
        Showing next = waiting;
        if (next == null || showing || !known) {
            return;
        }
        waiting = null;
        if (others.isEmpty()) {
            return;
        }
        showing = true;
        var frame = new BusFrame.Shown(next.newest().told(next.skipped()));
        redis.publish(channel, codec.encode(List.of(frame)))
                .whenComplete((_, failure) -> loop.run(() -> {
                    showing = false;
                    if (failure != null) {
                        LOG.debugf("not shown channel=%s cause=%s", channel, failure.getMessage());
                    }
                    showNext();
                }));
    }

    /** Tells whoever follows the channel. */
    void send(BusFrame frame) {
        if (outboxBytes > config.outbox().asLongValue()) {
            return;
        }
        outboxBytes += frame.weight();
        if (!merge(frame)) {
            outbox.add(frame);
        }
        if (!ticking && unanswered < MAX_UNANSWERED) {
            ticking = true;
            loop.later(config.tick().toMillis(), this::tick);
        }
    }

    private boolean merge(BusFrame frame) {
        if (!outbox.isEmpty()
                && outbox.getLast() instanceof BusFrame.Live(var stream, long epoch, Deltas before)
                && frame instanceof BusFrame.Live(var next, long nextEpoch, Deltas run)
                && stream.equals(next)
                && epoch == nextEpoch
                && before.continuedBy(run)) {
            outbox.set(outbox.size() - 1, new BusFrame.Live(stream, epoch, before.merge(run)));
            return true;
        }
        return false;
    }

    private void tick() {
        ticking = false;
        if (outbox.isEmpty()) {
            return;
        }
        byte[] message = codec.encode(outbox);
        outbox = new ArrayList<>();
        outboxBytes = 0;
        unanswered++;
        redis.publish(channel, message)
                .whenComplete((_, failure) -> loop.run(() -> {
                    unanswered--;
                    if (failure != null) {
                        LOG.debugf("not published channel=%s cause=%s", channel, failure.getMessage());
                    }
                    if (!ticking) {
                        tick();
                    }
                }));
    }
}

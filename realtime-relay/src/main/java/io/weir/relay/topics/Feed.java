package io.weir.relay.topics;

import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamWatcher;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.run.Conflater;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells one stream on its topic, until its terminal. On the topic's loop, but for what any thread may ask of it. */
final class Feed implements StreamWatcher, Telling {
    private static final int MAX_TEXT_BYTES = 64 * 1024;

    private final Topic topic;
    private final Begun begun;
    private final LiveStream stream;
    private final Voice voice;
    /** What waits for the topic's tick. */
    private final Conflater gathered = new Conflater(Long.MAX_VALUE);
    /** The log is behind what subscribers may know. */
    private boolean behind;
    /** Last offset that everybody has been told. */
    private long told;
    /** Shared by all who join before something more is told. */
    private Voice.@Nullable Said snapshot;

    Feed(Topic topic, Begun begun) {
        this.topic = topic;
        this.begun = begun;
        this.stream = begun.stream();
        this.voice = begun.voice();
        this.behind = begun.opening().rebuilt();
    }

    Begun begun() {
        return begun;
    }

    LiveStream stream() {
        return stream;
    }

    @Override
    public Voice voice() {
        return voice;
    }

    @Override
    public void read(long after, int maxBytes, Consumer<Optional<Reading>> answer) {
        stream.loop().run(() -> answer.accept(stream.read(after, maxBytes)));
    }

    @Override
    public ViewerFigures figures() {
        return topic.figures();
    }

    @Override
    public long openedNanos() {
        return stream.openedNanos();
    }

    @Override
    public boolean wantsDeliveries() {
        return topic.wantsDeliveries();
    }

    @Override
    public void delivered(Delivery delivery) {
        stream.loop().run(() -> topic.delivered(delivery));
    }

    /** From here on, runs follow what everybody has. */
    void caughtUp() {
        if (behind) {
            behind = false;
            // Made for who joined meanwhile: the log has grown since, and nobody was told.
            snapshot = null;
            snapshot().ifPresent(text -> topic.snapshot(this, text));
        }
    }

    /** All text so far; empty where there is none yet. */
    Optional<Voice.Said> snapshot() {
        Voice.Said known = snapshot;
        if (known != null && known.run().last() >= told) {
            return Optional.of(known);
        }
        Optional<Voice.Said> made = stream.text().map(voice::snapshot).filter(said -> !said.broadcasts()
                .isEmpty());
        snapshot = made.orElse(null);
        return made;
    }

    @Override
    public void run(Run run) {
        if (run instanceof Run.Terminal) {
            caughtUp();
            gathered.offer(run);
            topic.ended(this);
        } else if (!behind) {
            gathered.offer(run);
            topic.gathered(this);
        }
    }

    /** What is to be told now; each is rendered once for all. */
    List<Voice.Said> take() {
        List<Voice.Said> said = new ArrayList<>(1);
        Run run = gathered.poll(MAX_TEXT_BYTES);
        while (run != null) {
            told = run.last();
            List<Broadcast> broadcasts = voice.render(run);
            if (!broadcasts.isEmpty()) {
                said.add(new Voice.Said(run, broadcasts));
            }
            run = gathered.poll(MAX_TEXT_BYTES);
        }
        if (snapshot != null && snapshot.run().last() < told) {
            snapshot = null;
        }
        return said;
    }

    /** Forgets what waits, because nobody is there to be told. */
    void skip() {
        gathered.clear();
        told = stream.head();
        snapshot = null;
    }
}

package io.weir.gateway.posted;

import io.weir.contracts.id.StreamId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The posted streams that this process has, and how the last ones have ended. Thread-safe. */
@ApplicationScoped
class PostedStreams {
    private final Map<StreamId, PostedStream> open = new ConcurrentHashMap<>();
    private final Map<StreamId, Ended> ended;

    private record Ended(Poster poster, Standing standing) {}

    PostedStreams(PostingConfig config) {
        int bound = config.remembered();
        this.ended = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StreamId, Ended> eldest) {
                return size() > bound;
            }
        };
    }

    /** A stream that is being opened; ignored where another request has begun to open it. */
    void add(PostedStream stream) {
        open.putIfAbsent(stream.stream(), stream);
    }

    /** The stream has ended. */
    void ended(PostedStream stream) {
        synchronized (ended) {
            ended.put(stream.stream(), new Ended(stream.poster(), stream.standing()));
        }
        open.remove(stream.stream(), stream);
    }

    /** The stream could not be opened after all. */
    void forget(PostedStream stream) {
        open.remove(stream.stream(), stream);
    }

    /** A stream of this account that is being opened, or is open. */
    Optional<PostedStream> opening(StreamId stream, Poster poster) {
        return Optional.ofNullable(open.get(stream))
                .filter(found -> found.poster().is(poster));
    }

    /** An open stream of this account. */
    Optional<PostedStream> open(StreamId stream, Poster poster) {
        return opening(stream, poster).filter(found -> found.begun().isComplete());
    }

    /** How far a stream of this account is, open or ended. */
    Optional<Standing> standing(StreamId stream, Poster poster) {
        Optional<Standing> found = open(stream, poster).map(PostedStream::standing);
        return found.isPresent() ? found : ending(stream, poster);
    }

    private Optional<Standing> ending(StreamId stream, Poster poster) {
        @Nullable Ended found;
        synchronized (ended) {
            found = ended.get(stream);
        }
        return Optional.ofNullable(found)
                .filter(ending -> ending.poster().is(poster))
                .map(Ended::standing);
    }
}

package io.weir.relay.reading;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is reading right now. Any thread. */
@Singleton
public class Readers {
    private final Set<StreamReader> open = ConcurrentHashMap.newKeySet();

    Readers(MeterRegistry meters) {
        meters.gauge("relay.readers", List.of(), open, Set::size);
    }

    void add(StreamReader reader) {
        open.add(reader);
    }

    void remove(StreamReader reader) {
        open.remove(reader);
    }

    /** What ends each response where it is; the clients resume. */
    public List<Runnable> goodbyes() {
        return open.stream().<Runnable>map(reader -> reader::finishLater).toList();
    }
}

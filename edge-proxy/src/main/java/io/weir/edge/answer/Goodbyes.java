package io.weir.edge.answer;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How each connection that shows answers is sent elsewhere when this process leaves. Thread-safe. */
@Singleton
public final class Goodbyes {
    private final Set<Goodbye> all = ConcurrentHashMap.newKeySet();
    private volatile boolean leaving;

    /** By identity: two readers may say goodbye in the same words. */
    private static final class Goodbye {
        private final Runnable words;

        Goodbye(Runnable words) {
            this.words = words;
        }
    }

    /**
     * Remembers a connection. One that comes while this process leaves is sent elsewhere at once.
     *
     * @param words sends it elsewhere; from any thread, harmless when repeated
     * @return forgets it again
     */
    public Runnable add(Runnable words) {
        var goodbye = new Goodbye(words);
        all.add(goodbye);
        if (leaving) {
            words.run();
        }
        return () -> all.remove(goodbye);
    }

    /** From now on nobody stays: what is to be said to those who are here. */
    List<Runnable> leave() {
        leaving = true;
        return all.stream().map(goodbye -> goodbye.words).toList();
    }
}
